package io.latestimage.e2e;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The command line: runs the load without a proof, against any running service. */
public final class Main {
    private static final int HELD = 0;
    private static final int NOT_HELD = 1;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    /** Runs {@code load} with its options; {@code load --help} lists them. */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(run(Arrays.asList(args)));
    }

    /** Runs it, and returns the exit status. */
    static int run(List<String> arguments) throws IOException, InterruptedException {
        if (arguments.contains("--help")) {
            System.out.print(LoadOptions.USAGE);
            return HELD;
        }
        if (arguments.isEmpty() || !arguments.getFirst().equals("load")) {
            System.err.print(LoadOptions.USAGE);
            return WRONG_USAGE;
        }
        LoadOptions options;
        try {
            options = LoadOptions.parse(arguments.subList(1, arguments.size()));
        } catch (IllegalArgumentException e) {
            System.err.println("load: " + e.getMessage());
            return WRONG_USAGE;
        }
        return run(options);
    }

    private static int run(LoadOptions options) throws IOException, InterruptedException {
        try (Load load = new Load(options.targets(), options.ways(), options.pace(), System.nanoTime(), Main::print)) {
            try {
                load.start();
            } catch (IOException e) {
                System.err.println("load: " + e.getMessage());
                return NOT_HELD;
            }
            load.phase("load", Expectation.NO_FAILURE);
            Await.pass(options.duration());
            Report report = load.stop(options.leastRate());
            report.writeTo(options.report());
            System.out.println(report.markdown());
            return report.holds() ? HELD : NOT_HELD;
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
