package io.latestimage;

import java.util.List;

/** The order of life: settings, server, start, and an orderly end when told to stop. */
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    /**
     * Runs until a signal ends it.
     *
     * @param args {@code --help}, {@code --version}, or nothing. The exit status is 0 after an orderly end, 1 if the
     *     server cannot start, 2 if arguments or settings are wrong.
     */
    public static void main(String[] args) throws InterruptedException {
        switch (List.of(args)) {
            case List<String> list when list.isEmpty() -> serve();
            case List<String> list when list.equals(List.of("--help")) -> Usage.printHelp(System.out);
            case List<String> list
            when list.equals(List.of("--version")) ->
                System.out.println(Version.current().describe());
            default -> {
                System.err.println("unknown arguments: " + String.join(" ", args) + "; see --help");
                System.exit(WRONG_USAGE);
            }
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
        } catch (InvalidConfigException e) {
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
