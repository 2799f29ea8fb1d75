package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.Stage.DELETED;

import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import org.junit.jupiter.api.Order;

/** Deleting a branch deletes its whole release, and affects no other release. */
@Case
@Order(60)
class DeletedBranchTest {
    @ProofCase("deletion")
    void deletingABranchDeletesItsWholeRelease(Stage stage) throws Exception {
        stage.neighbours().ensure();
        stage.branches().ensure(DELETED);
        stage.neighbours().watch(DELETED);
        stage.neighbours().isUnharmed(DELETED);

        stage.branches().delete(DELETED);
        Duration took = stage.release(DELETED).awaitEnd();

        stage.measured("from the deletion of a branch to the deletion of the last object of its release", took);
        States.await(
                15,
                "control: the watch records failed downloads from the deleted release of %s".formatted(DELETED),
                () -> stage.neighbours().failuresOf(DELETED),
                failures -> !failures.isEmpty());
        stage.neighbours().areUnharmed();
        stage.findings()
                .shown("Deleting a branch deletes its whole release. No download from another release failed meanwhile."
                        + " Downloads from the deleted release failed (control).");
    }
}
