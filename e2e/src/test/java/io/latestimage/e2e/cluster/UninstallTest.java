package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/** Uninstalling a release leaves the image of another release untouched. */
@ClusterProof
@Order(910)
class UninstallTest {
    @ProofCase("uninstall")
    void keepsTheImageOfAnotherRelease(Stage stage) throws Exception {
        Stage.say("uninstalling the release under test; another release must keep its image");
        ReleaseClient other = stage.other();
        assertThat(other.problemWithOwn()).isEmpty();
        stage.main().undeploy(stage.settings().helm());
        for (int pod = 0; pod < 6; pod++) { // enough downloads to reach every pod
            assertThat(other.problemWithOwn()).isEmpty();
        }
    }
}
