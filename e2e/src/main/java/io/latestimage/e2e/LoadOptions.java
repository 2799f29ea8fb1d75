package io.latestimage.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the command line of the load says.
 *
 * @param targets at least one
 * @param duration how long requests are sent
 * @param rate requests per second, of all targets together
 * @param leastRate with fewer per second the run has shown nothing, and fails
 * @param report folder for the report
 */
record LoadOptions(List<Target> targets, Duration duration, int rate, int leastRate, Path report) {
    static final String USAGE = """
            usage: load --target NAME=ADDRESS:PORT[/HOST] [--target ...] [--duration 1m] [--rate 140]
                        [--least-rate 100] [--report FOLDER]

            Uploads and downloads images, compares every byte, retries nothing, and judges whether all clients saw
            one history. The image that the service has is replaced.

              --target      where to send requests; HOST is the Host header, by which an Ingress finds the service;
                            several must lead to the same service
              --duration    how long, such as 90s, 5m, 1h; 1m unless given
              --rate        requests per second, of all targets together; 70 per target unless given
              --least-rate  fewer answers per second fail the run; five sevenths of the rate unless given
              --report      folder for report.md, requests.svg and answers.tsv; target/load unless given

            Exit status: 0 if no request failed and the history is linearizable, 1 if not, 2 for wrong usage.
            """;

    private static final Pattern DURATION = Pattern.compile("\\d+[smh]");

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static LoadOptions parse(List<String> arguments) {
        List<Target> targets = new ArrayList<>();
        Duration duration = Duration.ofMinutes(1);
        int rate = 0;
        int leastRate = 0;
        Path report = Path.of("target", "load");
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--target" -> targets.add(Target.parse(valueOf(option, rest)));
                case "--duration" -> duration = duration(valueOf(option, rest));
                case "--rate" -> rate = number(option, valueOf(option, rest));
                case "--least-rate" -> leastRate = number(option, valueOf(option, rest));
                case "--report" -> report = Path.of(valueOf(option, rest));
                default -> throw new IllegalArgumentException("unknown option \"" + option + "\"; --help lists all");
            }
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("--target is missing: at least one is needed; --help shows its form");
        }
        int sent = rate == 0 ? Load.RATE_OF_A_TARGET * targets.size() : rate;
        return new LoadOptions(targets, duration, sent, leastRate == 0 ? sent * 5 / 7 : leastRate, report);
    }

    /** How many times the usual rate of a target each target gets. */
    double pace() {
        return (double) rate / (Load.RATE_OF_A_TARGET * targets.size());
    }

    private static String valueOf(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + ": a value is missing");
        }
        return rest.next();
    }

    private static int number(String option, String text) {
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw new IllegalArgumentException(
                    "%s: expected a number from 1 to 999999, got \"%s\"".formatted(option, text));
        }
        return Integer.parseInt(text);
    }

    private static Duration duration(String text) {
        if (!DURATION.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "--duration: expected a time such as 90s, 5m or 1h, got \"%s\"".formatted(text));
        }
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }
}
