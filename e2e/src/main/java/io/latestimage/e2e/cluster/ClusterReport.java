package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Form;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The report of a run of {@code make e2e}.
 *
 * @param environment the cluster and the machine that the proof ran on
 * @param form the form of the run
 * @param commit the commit of the sources
 * @param ended when the run ended
 * @param load the report of the load, in Markdown
 */
public record ClusterReport(Environment environment, Form form, String commit, Instant ended, String load) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    public String markdown() {
        return """
                # Report of a real run

                `make e2e` (%s form) on %s, at commit %s.
                [What is done in each phase, and what counts as failed](e2e.md).

                %s
                ![Requests per second over time, and what became of them](e2e-requests.svg)

                %s""".formatted(
                        form.name().toLowerCase(Locale.ROOT), TIME.format(ended), commit, environment.markdown(), load);
    }
}
