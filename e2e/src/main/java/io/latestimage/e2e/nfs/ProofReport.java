package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.Report;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * What the proof has shown, in Markdown.
 *
 * @param commit of the service
 * @param begun when the run began
 */
record ProofReport(Findings findings, Form form, String commit, Instant begun, Instant ended) {
    String markdown() {
        StringBuilder text = new StringBuilder("""
                # Report of a run on a real NFS

                `make e2e-nfs` (%s form) on %s, at commit %s, took %d minutes.
                [What is done, and what counts as failed](e2e-nfs.md).

                | scenario | what must hold | measured | held |
                |---|---|---|---|
                """.formatted(
                        form.name().toLowerCase(Locale.ROOT),
                        begun.truncatedTo(ChronoUnit.MINUTES),
                        commit,
                        begun.until(ended, ChronoUnit.MINUTES)));
        findings.checks()
                .forEach(check -> text.append("| %s | %s | %s | %s |%n"
                        .formatted(
                                check.scenario(),
                                check.claim(),
                                cell(check.measured()),
                                check.holds() ? "yes" : "**NO**")));
        text.append("""

                ## All phases

                A history is judged as a whole, above. p50, p99 and max are of emulated processors.

                | scenario %s""".formatted(Report.HEAD.replace("|---|--:", "|---|---|--:")));
        findings.phases()
                .forEach(phase ->
                        text.append("| ").append(phase.scenario()).append(' ').append(Report.row(phase.result())));
        text.append("\n**%s**\n".formatted(findings.hold() ? "All of it holds." : "NOT ALL OF IT HOLDS."));
        return text.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
