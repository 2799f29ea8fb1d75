package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static io.latestimage.e2e.gitops.Stage.AFTER_OUTAGE;
import static io.latestimage.e2e.gitops.Stage.ALIKE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/** Argo CD reverts manual changes of a release, unless the release is frozen. */
@Case
@Order(130)
class SelfHealingTest {
    @ProofCase("self-heal")
    void manualChangesAreRevertedUnlessTheReleaseIsFrozen(Stage stage) throws Exception {
        stage.neighbours().ensure();
        stage.branches().ensure(AFTER_OUTAGE);
        ArgoCd argo = stage.argo();
        Release unwatched = stage.release(AFTER_OUTAGE);
        Release twin = stage.release(stage.twin());
        // The Service, not the Ingress: Argo CD restores an Ingress so fast that an Ingress controller may still be
        // handling the deletion, and miss the new Ingress.
        String service = unwatched.field("service", "{.metadata.uid}");
        unwatched.run("delete", "service", unwatched.name());
        twin.run("scale", "deployment", twin.name(), "--replicas", "1");
        States.await(
                60,
                "there is a new Service",
                () -> unwatched.field("service", "{.metadata.uid}"),
                uid -> !uid.equals(service));
        unwatched.awaitAnswer(60, stage.commitOf(MAIN));
        States.await(
                60,
                "the Deployment has three pods again",
                () -> twin.field("deployment", "{.spec.replicas}/{.status.readyReplicas}"),
                "3/3"::equals);
        argo.argocd("app", "sync", stage.release(ALIKE).name()).run();

        argo.argocd("app", "set", twin.name(), "--sync-policy", "none").run();
        twin.run("scale", "deployment", twin.name(), "--replicas", "2");
        stage.refreshBranches();
        stage.neighbours().staysFor(() -> {
            assertThat(twin.application("{.spec.syncPolicy.automated}"))
                    .as("automated sync of the frozen release, which the ApplicationSet must not restore")
                    .isEmpty();
            assertThat(twin.field("deployment", "{.spec.replicas}"))
                    .as("control: replicas of the frozen release, which no automated sync reverts")
                    .isEqualTo("2");
        });
        stage.findings()
                .shown("Argo CD restores a deleted Service and a changed number of replicas. argocd app sync works. A"
                        + " release can be frozen: then a changed number of replicas stays (control).");
    }
}
