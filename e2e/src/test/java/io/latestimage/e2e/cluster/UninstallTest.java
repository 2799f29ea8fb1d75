package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/** A release that goes takes nothing of another with it. */
@ClusterProof
@Order(910)
class UninstallTest {
    @ProofCase("uninstall")
    void leavesTheOthersTheirImages(Stage stage) throws Exception {
        Stage.say("the other release has its image, and keeps it when this one goes");
        ReleaseClient other = stage.other();
        assertThat(other.problemWithOwn()).isEmpty();
        stage.main().undeploy(stage.settings().helm());
        for (int pod = 0; pod < 6; pod++) { // so that all pods of it are asked
            assertThat(other.problemWithOwn()).isEmpty();
        }
    }
}
