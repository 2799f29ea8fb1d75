package io.latestimage.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The options on the command line of the load.
 *
 * @param targets at least one target
 * @param ways how to upload; at least one
 * @param duration how long to send requests
 * @param rate requests per second to all targets together
 * @param leastRate the least rate of answers per second; a run with fewer has shown nothing, and fails
 * @param report the folder for the report
 */
record LoadOptions(List<Target> targets, Set<UploadWay> ways, Duration duration, int rate, int leastRate, Path report) {
    static final String USAGE = """
            usage: load --target NAME=ADDRESS:PORT[/HOST] [--target ...] [--uploads form,put] [--duration 1m]
                        [--rate 140] [--least-rate 100] [--report FOLDER]

            Uploads and downloads images, compares every byte, and checks that the history of all requests is
            linearizable. It retries nothing. It replaces the image that the service has.

              --target      where to send requests; HOST is the Host header, by which an Ingress finds the service
                            (default: ADDRESS); all targets must lead to the same service
              --uploads     form, put or form,put: how to upload (default: form,put); a service that does not know
                            PUT /image yet needs form
              --duration    how long to send requests, such as 90s, 5m or 1h (default: 1m)
              --rate        requests per second to all targets together (default: 69 for each target)
              --least-rate  with fewer answers per second the run fails (default: five sevenths of the rate)
              --report      folder for report.md, requests.svg and answers.tsv (default: target/load)

            Exit status: 0 if no request failed and the history is linearizable, 1 if not, 2 for wrong usage.
            """;

    private static final Pattern DURATION = Pattern.compile("\\d+[smh]");

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException if an argument is wrong; the message says which and what is expected
     */
    static LoadOptions parse(List<String> arguments) {
        List<Target> targets = new ArrayList<>();
        Set<UploadWay> ways = EnumSet.allOf(UploadWay.class);
        Duration duration = Duration.ofMinutes(1);
        int rate = 0;
        int leastRate = 0;
        Path report = Path.of("target", "load");
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--target" -> targets.add(Target.parse(valueOf(option, rest)));
                case "--uploads" -> ways = ways(option, valueOf(option, rest));
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
        return new LoadOptions(targets, ways, duration, sent, leastRate == 0 ? sent * 5 / 7 : leastRate, report);
    }

    /** The rate of each target, as a multiple of {@link Load#RATE_OF_A_TARGET}. */
    double pace() {
        return (double) rate / (Load.RATE_OF_A_TARGET * targets.size());
    }

    private static String valueOf(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + ": a value is missing");
        }
        return rest.next();
    }

    private static Set<UploadWay> ways(String option, String text) {
        try {
            return UploadWay.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
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
