package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;

/** The storage fails under load: all pods stay ready, none restarts, and all downloads are answered. */
@ClusterProof
@Order(110)
class StorageFaultTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String REPLICAS = "3";

    @Order(1)
    @ProofCase("storage-hang")
    void hang(Stage stage) throws Exception {
        fail(stage, Expectation.UPLOADS_503, "hang");
    }

    @Order(2)
    @ProofCase("storage-eio")
    void inputOutputError(Stage stage) throws Exception {
        fail(stage, Expectation.UPLOADS_503, "error", "EIO");
    }

    @Order(3)
    @ProofCase("storage-estale")
    void staleHandle(Stage stage) throws Exception {
        fail(stage, Expectation.UPLOADS_503, "error", "ESTALE");
    }

    @Order(4)
    @ProofCase("storage-readonly")
    void readOnly(Stage stage) throws Exception {
        fail(stage, Expectation.UPLOADS_503, "readonly");
    }

    @Order(5)
    @ProofCase("storage-full")
    void full(Stage stage) throws Exception {
        fail(stage, Expectation.UPLOADS_507, "full");
    }

    /** An upload consists of several operations on the storage, and each is delayed. So only one client uploads. */
    @Order(6)
    @ProofCase("storage-slow")
    void slow(Stage stage) throws Exception {
        fail(stage, Expectation.FEW_UPLOADS, "slow", "300ms");
    }

    private static void fail(Stage stage, Expectation expectation, String... fault) throws Exception {
        if (stage.settings().storageFault().isEmpty()) {
            Stage.say("LEFT OUT: storage " + String.join(" ", fault) + " (STORAGE_FAULT=none)");
            return;
        }
        List<String> pods = stage.main().identities();
        stage.during("storage " + String.join(" ", fault), expectation, () -> {
            Await.until(
                    "the clients that send nothing in this phase have finished their requests",
                    LIMIT,
                    stage.load()::idleClientsAreAtRest);
            stage.cluster().failStorage(fault);
            stayReady(stage, stage.settings().form().seconds(10, 30));
            stage.cluster().recoverStorage();
            stage.load().mark("recover");
            Await.pass(Duration.ofSeconds(3)); // until the last revalidation that hung or failed has ended
        });
        stage.during(
                "after " + String.join(" ", fault),
                Expectation.NO_FAILURE,
                () -> Await.pass(stage.settings().form().seconds(3, 5)));
        assertThat(stage.main().identities()).as("pods after the fault").isEqualTo(pods);
    }

    private static void stayReady(Stage stage, Duration time) throws Exception {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < time.toNanos()) {
            assertThat(stage.main().deployment("{.status.readyReplicas}"))
                    .as("pods that are ready during the fault")
                    .isEqualTo(REPLICAS);
            Await.pass(Duration.ofSeconds(1));
        }
    }
}
