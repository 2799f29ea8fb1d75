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
        stage.neighbours().ensure();
        stage.branches().ensure(DELETED);
        stage.neighbours().watch(DELETED);
        stage.neighbours().isUnharmed(DELETED);

        stage.branches().delete(DELETED);
        Duration took = stage.release(DELETED).awaitEnd();

        stage.measured("from the deletion of a branch until nothing is left of its release", took);
        States.await(
                15,
                "control: the watch notices that %s is gone, or watching is worth nothing".formatted(DELETED),
                () -> stage.neighbours().failuresOf(DELETED),
                failures -> !failures.isEmpty());
        stage.neighbours().areUnharmed();
        stage.findings()
                .shown("A deleted branch takes all that was its with it. Its neighbours did not notice; that it"
                        + " has gone was noticed (the control).");
    }
}
