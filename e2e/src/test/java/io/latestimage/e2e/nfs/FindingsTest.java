package io.latestimage.e2e.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Form;
import io.latestimage.e2e.Operation;
import io.latestimage.e2e.Outcome;
import io.latestimage.e2e.Style;
import io.latestimage.e2e.cluster.Environment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A check that does not hold is in the report and fails the run. */
class FindingsTest {
    private final Findings findings = new Findings();

    @BeforeEach
    void begin() {
        findings.begin("a case");
    }

    @Test
    void aRunWithoutChecksDoesNotHold() {
        assertThat(findings.hold()).isFalse();
    }

    @Test
    void holdsIfEveryCheckDoes() {
        findings.check("one", true, "5 of 5");
        assertThat(findings.hold()).isTrue();
        findings.check("two", Optional.of("lost"), "5 of 5");
        assertThat(findings.hold()).isFalse();
        assertThat(findings.problems("a case")).containsExactly("two (lost; 5 of 5)");
        assertThat(findings.problems()).containsExactly("a case: two (lost; 5 of 5)");
        assertThat(report()).contains("| a case | two | lost; 5 of 5 | **NO** |", "NOT ALL OF IT HOLDS");
    }

    @Test
    void aPhaseWithAFailureDoesNotHold() {
        findings.judge("quiet", Expectation.NO_FAILURE, List.of(answer(Outcome.DONE, "a", 0)));
        findings.check("linearizable", true, "");
        assertThat(findings.hold()).isTrue();
        findings.judge("cut", Expectation.NO_FAILURE, List.of(answer(Outcome.STALE, "a", 10)));
        assertThat(findings.hold()).isFalse();
        assertThat(report()).contains("cut: no failure", "1 requests failed");
    }

    @Test
    void aPhaseWithoutAnAnswerDoesNotHold() {
        findings.judge("quiet", Expectation.NO_FAILURE, List.of());
        assertThat(findings.hold()).isFalse();
    }

    @Test
    void aHistoryWithALostUploadDoesNotHold() {
        findings.checkHistory(List.of(upload("a", 0), upload("b", 10), answer(Outcome.DONE, "a", 20)));
        assertThat(findings.hold()).isFalse();
    }

    @Test
    void knowsWhichCaseHasCheckedSomething() {
        findings.check("one", true, "5 of 5");
        assertThat(findings.hasChecked("a case")).isTrue();
        assertThat(findings.problems("a case")).isEmpty();
        assertThat(findings.hasChecked("another case")).isFalse();
    }

    @Test
    void theReportNamesTheEnvironmentAndTheCasesThatDidNotRun() {
        findings.check("one", true, "5 of 5");
        assertThat(report())
                .contains("(short form) on 1970-01-01T00:00:00Z, at commit 1234567, took 10 minutes.")
                .contains(
                        "- NFS server: Linux\n- stated by the user: emulated\n\nLeft out (PHASE=load): kills, server-hang.")
                .contains("| a case | one | 5 of 5 | yes |", "**All of it holds.**");
    }

    private String report() {
        return new NfsReport(
                        Form.SHORT,
                        "1234567",
                        new Environment(Map.of("NFS server", "Linux"), "emulated"),
                        Instant.EPOCH)
                .markdown(
                        findings,
                        Map.of("PHASE=load", List.of("kills", "server-hang")),
                        Instant.EPOCH.plusSeconds(600));
    }

    private static Answer upload(String version, long start) {
        return new Answer(
                Operation.UPLOAD, Style.FRESH, "a", start, start + 5, start + 5, version, 201, Outcome.DONE, "");
    }

    private static Answer answer(Outcome outcome, String version, long start) {
        return new Answer(Operation.DOWNLOAD, Style.FRESH, "a", start, start + 5, start + 5, version, 200, outcome, "");
    }
}
