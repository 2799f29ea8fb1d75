package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/** The release is scaled up, then down, then back: no request fails. */
@ClusterProof
@Order(60)
class ScaleTest {
    @ProofCase("scale")
    void scalesUpAndDownWithoutAFailedRequest(Stage stage) throws Exception {
        stage.during("scale 3 → 5 → 2 → 3", Expectation.NO_FAILURE, () -> {
            for (int replicas : new int[] {5, 2, 3}) {
                stage.load().mark("scale to " + replicas);
                stage.cluster()
                        .kubectl()
                        .run("scale", "deployment", stage.main().name(), "--replicas=" + replicas);
                stage.main().settle();
            }
        });
    }
}
