package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/** Each pod is deleted, and no request fails. */
@ClusterProof
@Order(80)
class DeletionTest {
    @ProofCase("delete")
    void deletesEachPodWithoutAFailedRequest(Stage stage) throws Exception {
        stage.during("deletion of each pod", Expectation.NO_FAILURE, () -> {
            for (String pod : stage.main().pods("{.metadata.name}")) {
                stage.load().mark("delete " + pod);
                stage.cluster().kubectl().run("delete", "pod", pod);
                stage.main().settle();
            }
        });
    }
}
