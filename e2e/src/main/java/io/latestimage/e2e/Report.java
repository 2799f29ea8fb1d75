package io.latestimage.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The report of a run of the load.
 *
 * @param phases the phases, in order and without gaps
 * @param marks the marked moments of the run
 * @param results the result of each phase
 * @param violation why the whole history is not linearizable; empty if it is
 * @param leastRate the least average of requests per second in the phases without a fault; with fewer, the run fails
 * @param start when the run began, {@link System#nanoTime()}
 * @param seed the seed of the images
 */
public record Report(
        List<Phase> phases,
        List<Timeline.Mark> marks,
        List<Result> results,
        Optional<String> violation,
        int leastRate,
        long start,
        long seed) {
    /** The head of a Markdown table whose rows are made by {@link #row}. */
    public static final String HEAD = """
            | phase | s | requests | per s | uploads | failed or refused | stale | p50 ms | p99 ms | max ms | linearizable | expected | held |
            |---|--:|--:|--:|--:|---|--:|--:|--:|--:|---|---|---|
            """;

    private static final int MOST_LISTED = 40;

    /** Whether every phase met its expectation, the history is linearizable, and there were enough requests. */
    public boolean holds() {
        return problems().isEmpty();
    }

    /** The problems of the run, one text each; empty if it holds. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Result result : results) {
            problems.addAll(result.problems());
        }
        violation.ifPresent(text -> problems.add("the whole: not linearizable: " + text));
        double rate = rate();
        if (rate < leastRate) {
            problems.add(String.format(
                    Locale.ROOT, "the phases without a fault had %.0f requests per second, not %d", rate, leastRate));
        }
        return problems;
    }

    /** Requests per second in the phases that permit no failure. If there is no such phase, the rate in all phases. */
    private double rate() {
        List<Result> judged = results.stream()
                .filter(result -> result.phase().expectation() == Expectation.NO_FAILURE)
                .toList();
        List<Result> counted = judged.isEmpty() ? results : judged;
        double seconds =
                counted.stream().mapToDouble(result -> result.phase().seconds()).sum();
        return counted.stream().mapToInt(result -> result.answers().size()).sum() / Math.max(seconds, 1e-9);
    }

    public String markdown() {
        StringBuilder text = new StringBuilder(HEAD);
        results.forEach(result -> text.append(row(result)));
        int requests =
                results.stream().mapToInt(result -> result.answers().size()).sum();
        text.append(String.format(
                Locale.ROOT,
                "%n%d requests, %.0f per second where nothing may fail; images made from seed %d; "
                        + "the history as a whole is %slinearizable. p50, p99, max without slow and waiting ones.%n",
                requests,
                rate(),
                seed,
                violation.isEmpty() ? "" : "NOT "));
        for (String problem : problems()) {
            text.append("\n- **").append(problem).append("**");
        }
        List<Answer> failures =
                results.stream().flatMap(result -> result.failures().stream()).toList();
        failures.stream()
                .limit(MOST_LISTED)
                .forEach(answer -> text.append("\n- ")
                        .append(seconds(answer.start()))
                        .append(" s: ")
                        .append(answer.describe().replace("|", "\\|")));
        if (failures.size() > MOST_LISTED) {
            text.append("\n- and %d more".formatted(failures.size() - MOST_LISTED));
        }
        return text.append('\n').toString();
    }

    /** The result of one phase, as a row of the Markdown table that {@link #HEAD} begins. */
    public static String row(Result result) {
        List<Answer> answers = result.answers();
        double[] millis = answers.stream()
                .filter(answer -> answer.style().isTimed() && answer.status() != 0)
                .mapToDouble(answer -> (answer.end() - answer.start()) / 1e6)
                .sorted()
                .toArray();
        String kinds = answers.stream()
                .filter(answer -> answer.outcome() != Outcome.DONE && answer.outcome() != Outcome.STALE)
                .collect(Collectors.groupingBy(Answer::kind, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %d | %.0f | %d | %s | %d | %.0f | %.0f | %.0f | %s | %s | %s |%n",
                result.phase().name(),
                result.phase().seconds(),
                answers.size(),
                answers.size() / Math.max(result.phase().seconds(), 1e-9),
                count(answers, answer -> answer.operation() == Operation.UPLOAD),
                kinds.isEmpty() ? "0" : kinds,
                count(answers, answer -> answer.outcome() == Outcome.STALE),
                percentile(millis, 0.5),
                percentile(millis, 0.99),
                percentile(millis, 1),
                result.violation().isEmpty() ? "yes" : "NO",
                result.phase().expectation(),
                result.holds() ? "yes" : "**NO**");
    }

    private static long count(List<Answer> answers, Predicate<Answer> predicate) {
        return answers.stream().filter(predicate).count();
    }

    private static double percentile(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    private String seconds(long time) {
        return String.format(Locale.ROOT, "%.3f", (time - start) / 1e9);
    }

    /**
     * Writes {@code report.md}, {@code requests.svg} and {@code answers.tsv}, which lists every answer.
     *
     * @param folder the folder for these files; it is created if it is missing
     */
    public void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.md"), markdown());
        Files.writeString(folder.resolve("requests.svg"), new Picture(phases, marks, results, start).svg());
        Files.write(folder.resolve("answers.tsv"), lines().toList());
    }

    /** A head line, and one line for each answer. */
    private Stream<String> lines() {
        String head = "start s\tknown s\tend s\ttarget\tstyle\toperation\tstatus\toutcome\tversion\tdetail";
        return Stream.concat(
                Stream.of(head),
                results.stream()
                        .flatMap(result -> result.answers().stream())
                        .map(answer -> Arrays.stream(new Object[] {
                                    seconds(answer.start()),
                                    seconds(answer.known()),
                                    seconds(answer.end()),
                                    answer.target(),
                                    answer.style(),
                                    answer.operation(),
                                    answer.status(),
                                    answer.outcome(),
                                    answer.version(),
                                    answer.detail()
                                })
                                .map(String::valueOf)
                                .collect(Collectors.joining("\t"))));
    }
}
