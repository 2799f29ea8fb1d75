package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.Report;
import io.latestimage.e2e.cluster.Environment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The report of a run of {@code make e2e-nfs}.
 *
 * @param form the form of the run
 * @param commit the commit of the service
 * @param environment the machines that the proof ran on
 * @param begun when the run began
 */
record NfsReport(Form form, String commit, Environment environment, Instant begun) {
    /**
     * The report in Markdown.
     *
     * @param leftOut the cases that did not run, by reason
     */
    String markdown(Findings findings, Map<String, List<String>> leftOut, Instant ended) {
        StringBuilder text = new StringBuilder("""
                # Report of a run on a real NFS

                `make e2e-nfs` (%s form) on %s, at commit %s, took %d minutes.
                [What is done, and what counts as failed](e2e-nfs.md).

                %s
                """.formatted(
                        form.name().toLowerCase(Locale.ROOT),
                        begun.truncatedTo(ChronoUnit.MINUTES),
                        commit,
                        begun.until(ended, ChronoUnit.MINUTES),
                        environment.markdown()));
        leftOut.forEach(
                (reason, names) -> text.append("Left out (%s): %s.%n%n".formatted(reason, String.join(", ", names))));
        text.append("""
                | case | what must hold | measured | held |
                |---|---|---|---|
                """);
        findings.checks()
                .forEach(check -> text.append("| %s | %s | %s | %s |%n"
                        .formatted(
                                check.proofCase(),
                                check.claim(),
                                cell(check.measured()),
                                check.holds() ? "yes" : "**NO**")));
        text.append("""

                ## All phases

                The table above judges each history as a whole. Emulated processors are slow: p50, p99 and max are those of
                the machines listed above.

                | case %s""".formatted(Report.HEAD.replace("|---|--:", "|---|---|--:")));
        findings.phases()
                .forEach(phase ->
                        text.append("| ").append(phase.proofCase()).append(' ').append(Report.row(phase.result())));
        text.append("\n**%s**\n".formatted(findings.hold() ? "All of it holds." : "NOT ALL OF IT HOLDS."));
        return text.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
