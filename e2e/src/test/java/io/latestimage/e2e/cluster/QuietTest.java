package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/** Nothing is done to the release, and no request fails. */
@ClusterProof
@Order(20)
class QuietTest {
    @ProofCase("quiet")
    void noRequestFails(Stage stage) throws Exception {
        stage.during(
                "nothing",
                Expectation.NO_FAILURE,
                () -> Await.pass(stage.settings().form().seconds(5, 10)));
    }
}
