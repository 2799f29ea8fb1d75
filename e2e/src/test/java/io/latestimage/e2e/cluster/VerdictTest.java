package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/** The load ends: every phase is judged by all that ended in it, and the history as a whole. */
@ClusterProof
@Order(900)
class VerdictTest {
    @ProofCase(value = "verdict", always = true)
    void allIsAsItShouldBe(Stage stage) throws Exception {
        assertThat(stage.endLoad()).isEmpty();
    }
}
