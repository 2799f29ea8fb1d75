package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Form;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The report of a run of {@code make e2e-gitops}.
 *
 * @param environment the environment of the run, as a list in Markdown
 * @param form the form of the run
 * @param commit the commit of the sources
 * @param begun when the run began
 * @param ended when the run ended
 * @param findings the results of all cases
 * @param downloads the number of downloads from each watched release, by branch
 * @param stale the number of downloads from all of them that were marked as stale
 */
record GitopsReport(
        String environment,
        Form form,
        String commit,
        Instant begun,
        Instant ended,
        Findings findings,
        Map<String, Integer> downloads,
        int stale) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    String markdown() {
        List<String> failures = findings.failures();
        String verdict = failures.isEmpty()
                ? "All of them hold."
                : "**NOT ALL OF THEM HOLD.** These failed:\n\n" + list(failures);
        return """
                # Report of a real run

                `make e2e-gitops` (%s form) on %s, at commit %s, took %d minutes. [What it is about](gitops.md).

                %s
                Cases: %s. %s

                | what | s |
                |---|--:|
                %s
                %sShown, in this order:

                %s
                %s""".formatted(
                form.name().toLowerCase(Locale.ROOT),
                TIME.format(ended),
                commit,
                begun.until(ended, ChronoUnit.MINUTES),
                environment,
                String.join(", ", findings.cases()),
                verdict,
                findings.times().stream()
                        .map(each -> "| %s | %d |\n"
                                .formatted(each.what(), each.time().toSeconds()))
                        .collect(Collectors.joining()),
                findings.load().isEmpty()
                        ? ""
                        : "Under load while a commit was rolled out: %s None failed.\n\n".formatted(findings.load()),
                list(findings.shown()),
                watched());
    }

    private String watched() {
        if (downloads.isEmpty() || !findings.failures().isEmpty()) {
            return "";
        }
        return """
                %d releases were watched during the run: each was downloaded twice a second and compared with its image. \
                Of %d downloads, none failed. %d were marked as stale, because the storage was slow for a moment.
                """.formatted(
                        downloads.size(),
                        downloads.values().stream().mapToInt(Integer::intValue).sum(),
                        stale);
    }

    private static String list(List<String> lines) {
        return lines.stream().map(line -> "- " + line.replace("\n", " ") + "\n").collect(Collectors.joining());
    }
}
