package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/** Each node is drained, and no request fails. */
@ClusterProof
@Order(70)
class DrainTest {
    @ProofCase("drain")
    void drainsEachNodeWithoutAFailedRequest(Stage stage) throws Exception {
        stage.during("drain of each node", Expectation.NO_FAILURE, () -> {
            for (String node : stage.cluster().nodes()) {
                stage.load().mark("drain " + node);
                stage.cluster().drain(node, stage.main(), stage.main()::settle);
            }
        });
    }
}
