package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.Stage.AFTER_OUTAGE;
import static io.latestimage.e2e.gitops.Stage.FEATURE;

import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

/**
 * The ApplicationSet is deleted with --cascade=orphan. Its releases keep running, and a new ApplicationSet takes them
 * over.
 */
@Case
@Order(160)
class DeletedSetTest {
    @ProofCase("set")
    void aNewApplicationSetTakesOverTheReleasesOfADeletedOne(Stage stage) throws Exception {
        stage.neighbours().ensure();
        stage.branches().ensure(AFTER_OUTAGE);
        ArgoCd argo = stage.argo();
        List<String> before = argo.applications();
        argo.kubectl().run("delete", "applicationset", ArgoCd.SET, "--cascade=orphan");
        stage.neighbours().staysFor(() -> stage.neighbours().nothingIsLost("without the ApplicationSet", before));

        argo.apply();
        String set = argo.kubectl().field("applicationset/" + ArgoCd.SET, "{.metadata.uid}");
        States.await(
                60,
                "the new ApplicationSet owns the Application of " + FEATURE,
                () -> stage.release(FEATURE).application("{.metadata.ownerReferences[*].uid}"),
                set::equals);
        stage.branches().delete(AFTER_OUTAGE);
        stage.release(AFTER_OUTAGE).awaitEnd();
        stage.neighbours().areUnharmed();
        stage.findings().shown("The ApplicationSet can be deleted without its releases. A new one takes them over.");
    }
}
