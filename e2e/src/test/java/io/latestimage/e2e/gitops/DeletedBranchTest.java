package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.Stage.DELETED;

import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import org.junit.jupiter.api.Order;

@Case
@Order(60)
class DeletedBranchTest {
    @ProofCase("deletion")
    void aDeletedBranchTakesAllThatWasItsWithIt(Stage stage) throws Exception {
        stage.branches().ensureNeighbours();
        stage.branches().ensure(DELETED);
        stage.watch(DELETED);
        stage.isUnharmed(DELETED);

        stage.branches().delete(DELETED);
        Duration took = stage.release(DELETED).awaitEnd();

        stage.measured("from the deletion of a branch until nothing is left of its release", took);
        States.await(
                15,
                "control: the watch notices that %s is gone, or watching is worth nothing".formatted(DELETED),
                () -> stage.failuresOf(DELETED),
                failures -> !failures.isEmpty());
        stage.neighboursAreUnharmed();
        stage.findings()
                .shown("A deleted branch takes all that was its with it. Its neighbours did not notice; that it"
                        + " has gone was noticed (the control).");
    }
}
