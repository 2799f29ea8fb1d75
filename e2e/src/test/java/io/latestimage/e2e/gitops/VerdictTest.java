package io.latestimage.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.nio.file.Files;
import org.junit.jupiter.api.Order;

/** Judges the downloads from the watched releases over the whole run, and writes the report. */
@Case
@Order(Order.DEFAULT - 1)
class VerdictTest {
    @ProofCase(value = "verdict", always = true)
    void noDownloadFailedAndAllCasesHold(Stage stage) throws Exception {
        try {
            stage.neighbours().watchedAreUnharmed();
        } catch (AssertionError e) {
            stage.findings().failed("verdict", e);
            throw e;
        } finally {
            GitopsReport report = stage.report();
            Files.writeString(stage.parameters().result().resolve("e2e-gitops-report.md"), report.markdown());
            System.out.println(report.markdown());
        }
        assertThat(stage.findings().failures()).as("the cases that failed").isEmpty();
    }
}
