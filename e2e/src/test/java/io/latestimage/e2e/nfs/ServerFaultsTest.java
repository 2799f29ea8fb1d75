package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Timeline;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/**
 * The NFS server hangs, is full, or is read-only. On this real storage, the service behaves as {@code make e2e} expects
 * it on simulated storage.
 */
@NfsProof
@Order(100)
class ServerFaultsTest {
    private static final Duration LENGTH = Duration.ofSeconds(30);

    @Order(1)
    @ProofCase(value = "server-hang", longOnly = true)
    @DisplayName("the server hangs")
    void hang(Stage stage, Findings findings) throws Exception {
        fault(stage, findings, "hang", Expectation.UPLOADS_503);
    }

    @Order(2)
    @ProofCase(value = "server-full", longOnly = true)
    @DisplayName("the server is full")
    void full(Stage stage, Findings findings) throws Exception {
        fault(stage, findings, "full", Expectation.UPLOADS_507);
    }

    @Order(3)
    @ProofCase(value = "server-readonly", longOnly = true)
    @DisplayName("the server is read-only")
    void readOnly(Stage stage, Findings findings) throws Exception {
        fault(stage, findings, "readonly", Expectation.UPLOADS_503);
    }

    private static void fault(Stage stage, Findings findings, String fault, Expectation expectation) throws Exception {
        Timeline timeline = new Timeline();
        Traffic traffic = stage.traffic(Traffic.Writing.UPLOADS, Stage.UPLOADS);
        Duration took;
        try (traffic) {
            timeline.phase("before " + fault, Expectation.NO_FAILURE);
            stage.awaitNormal(traffic);
            stage.say("fault of the server: " + fault);
            timeline.phase(fault, expectation);
            stage.fault(fault);
            Await.pass(LENGTH);
            stage.fault("recover");
            took = stage.awaitNormal(traffic);
            timeline.phase("after " + fault, Expectation.NO_FAILURE);
            Stage.awaitUploads(traffic, traffic.targets());
        } finally {
            stage.fault("recover");
        }
        findings.judge(timeline.end(), traffic.answers());
        findings.check(
                fault + ": all is normal again without a restart",
                stage.areAllRunning(),
                "%d s after the server had recovered".formatted(took.toSeconds()));
        findings.checkHistory(traffic.answers());
    }
}
