package io.latestimage.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Form;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GitopsReportTest {
    private static final Instant BEGUN = Instant.parse("2026-11-26T20:00:00Z");

    private final Findings findings = new Findings();

    private String markdown() {
        findings.ran("deletion");
        findings.measured("from the deletion to the end", Duration.ofMillis(8_900));
        findings.shown("Deleting a branch deletes its whole release.");
        return new GitopsReport(
                        "- machine: 2 processors\n",
                        Form.SHORT,
                        "abc1234",
                        BEGUN,
                        BEGUN.plusSeconds(540),
                        findings,
                        Map.of("feature/a", 100, "feature-a", 20),
                        3)
                .markdown();
    }

    @Test
    void hasTheEnvironmentTheTimesTheFindingsAndTheWatchedReleases() {
        assertThat(markdown())
                .contains("(short form) on 2026-11-26 20:09 UTC, at commit abc1234, took 9 minutes")
                .contains("- machine: 2 processors")
                .contains("| from the deletion to the end | 8 |")
                .contains("- Deleting a branch deletes its whole release.")
                .contains("Cases: deletion.")
                .contains("All of them hold.")
                .contains("2 releases were watched during the run")
                .contains("Of 120 downloads, none failed. 3 were marked as stale");
    }

    @Test
    void doesNotHideAFailure() {
        findings.failed("outage", new AssertionError("other Applications\nthan before"));

        assertThat(markdown())
                .contains("**NOT ALL OF THEM HOLD.**")
                .contains("- outage: java.lang.AssertionError: other Applications than before")
                .doesNotContain("none failed")
                .doesNotContain("All of them hold.");
    }
}
