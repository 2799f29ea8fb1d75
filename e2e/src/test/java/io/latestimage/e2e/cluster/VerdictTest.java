package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/**
 * Ends the load, and judges the whole run: each phase by all answers that ended in it, and the history of all phases
 * together.
 */
@ClusterProof
@Order(900)
class VerdictTest {
    @ProofCase(value = "verdict", always = true)
    void reportHasNoProblems(Stage stage) throws Exception {
        assertThat(stage.endLoad()).isEmpty();
    }
}
