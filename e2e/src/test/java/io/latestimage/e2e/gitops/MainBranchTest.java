package io.latestimage.e2e.gitops;

import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/** Main gets a release in the namespace test, as any branch does. */
@Case
@Order(20)
class MainBranchTest {
    @ProofCase("main")
    void mainGetsARelease(Stage stage) throws Exception {
        stage.branches().ensureMain();
    }
}
