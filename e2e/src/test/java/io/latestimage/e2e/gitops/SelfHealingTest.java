package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static io.latestimage.e2e.gitops.Stage.AFTER_OUTAGE;
import static io.latestimage.e2e.gitops.Stage.ALIKE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

@Case
@Order(130)
class SelfHealingTest {
    @ProofCase("self-heal")
    void whatIsChangedByHandIsPutRightUnlessTheReleaseIsHeld(Stage stage) throws Exception {
        stage.neighbours().ensure();
        stage.branches().ensure(AFTER_OUTAGE);
        ArgoCd argo = stage.argo();
        Release unwatched = stage.release(AFTER_OUTAGE);
        Release twin = stage.release(stage.twin());
        // Not the Ingress: that is back so soon that a controller may still be busy with its deletion, and then miss
        // that
        // it is.
        String service = unwatched.field("service", "{.metadata.uid}");
        unwatched.run("delete", "service", unwatched.name());
        twin.run("scale", "deployment", twin.name(), "--replicas", "1");
        States.await(
                60,
                "there is a Service again",
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
        stage.lookAgain();
        stage.neighbours().staysFor(() -> {
            assertThat(twin.application("{.spec.syncPolicy.automated}"))
                    .as("the ApplicationSet lets a release be held")
                    .isEmpty();
            assertThat(twin.field("deployment", "{.spec.replicas}"))
                    .as("control: it was the automated sync that put the number of pods right")
                    .isEqualTo("2");
        });
        stage.findings()
                .shown("A deleted Service and a changed number of pods are put right; argocd app sync works, and a"
                        + " release can be held: then a changed number of pods stays (the control).");
    }
}
