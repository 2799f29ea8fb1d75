package io.latestimage;

import io.latestimage.config.InvalidSettingsException;
import io.latestimage.config.ServerConfig;
import io.latestimage.config.Version;
import io.latestimage.server.ImageServer;
import io.latestimage.volumecheck.Partner;
import io.latestimage.volumecheck.VolumeCheck;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs the service: reads the settings, builds the server, starts it, and shuts it down in order on a signal. */
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private static final String CHECK_VOLUME = "--check-volume";
    /** Starts the second process of a check. It is internal, so {@code --help} does not mention it. */
    private static final String PARTNER = "--check-volume-partner";

    private Main() {}

    /**
     * Runs until a signal ends it.
     *
     * @param args {@code --help}, {@code --version}, {@code --check-volume} with an optional folder, or nothing. The
     *     exit status is 0 after an orderly shutdown, 1 if the server cannot start or the volume is not suitable, and 2
     *     if arguments or settings are invalid.
     */
    public static void main(String[] args) throws InterruptedException, IOException {
        switch (List.of(args)) {
            case List<String> list when list.isEmpty() -> serve();
            case List<String> list when list.equals(List.of("--help")) -> Usage.printHelp(System.out);
            case List<String> list
            when list.equals(List.of("--version")) ->
                System.out.println(Version.current().describe());
            case List<String> list when list.equals(List.of(CHECK_VOLUME)) -> checkVolume(Optional.empty());
            case List<String> list
            when list.size() == 2
                    && list.getFirst().equals(CHECK_VOLUME)
                    && !list.get(1).matches("-.*|") -> checkVolume(Optional.of(list.get(1)));
            case List<String> list
            when list.size() == 2 && list.getFirst().equals(PARTNER) ->
                Partner.serve(Path.of(list.get(1)), System.in, System.out);
            default -> {
                System.err.println("unknown arguments: " + String.join(" ", args) + "; see --help");
                System.exit(WRONG_USAGE);
            }
        }
    }

    private static void checkVolume(Optional<String> given) {
        try {
            Path directory = given.isPresent()
                    ? Path.of(given.get())
                    : ServerConfig.parse(System.getenv()).imageDir();
            System.exit(VolumeCheck.run(directory, Main.class, PARTNER, System.out) ? OK : FAILED);
        } catch (InvalidSettingsException | InvalidPathException e) {
            System.err.println(e.getMessage());
            System.exit(WRONG_USAGE);
        }
    }

    private static void serve() throws InterruptedException {
        try {
            ServerConfig config = ServerConfig.parse(System.getenv());
            // The logging library reads this property when it creates the first logger.
            System.setProperty("io.latestimage.LEVEL", config.logLevel().name());
            ImageServer server = new ImageServer(config);
            // Before the port is bound: every client that connects gets a response, even if the signal arrives at once.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
            server.start();
            server.join();
        } catch (InvalidSettingsException e) {
            System.err.println(e.getMessage());
            System.exit(WRONG_USAGE);
        } catch (ImageServer.StartException e) {
            System.err.println(e.getMessage());
            Runtime.getRuntime().halt(FAILED); // at once: there is nothing to drain
        }
    }

    /**
     * Runs on a signal. Exits with 0: by itself, the JVM would exit with 128 + signal number, which means a failure.
     */
    private static void stop(ImageServer server) {
        server.stop();
        Runtime.getRuntime().halt(OK);
    }
}
