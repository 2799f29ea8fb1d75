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

/** The order of life: settings, server, start, and an orderly end when told to stop. */
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private static final String CHECK_VOLUME = "--check-volume";
    /** The second process of a check; not for people, so no help mentions it. */
    private static final String PARTNER = "--check-volume-partner";

    private Main() {}

    /**
     * Runs until a signal ends it.
     *
     * @param args {@code --help}, {@code --version}, {@code --check-volume} and perhaps a folder, or nothing. The exit
     *     status is 0 after an orderly end, 1 if the server cannot start or the volume will not do, 2 if arguments or
     *     settings are wrong.
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
            // The logging library reads it when the first logger is made.
            System.setProperty("io.latestimage.LEVEL", config.logLevel().name());
            ImageServer server = new ImageServer(config);
            // Before the port is bound: whoever connects to it is to be answered, even if the signal comes at once.
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

    /** Runs when a signal has come. The JVM would end with 128 and its number, and this was no failure. */
    private static void stop(ImageServer server) {
        server.stop();
        Runtime.getRuntime().halt(OK);
    }
}
