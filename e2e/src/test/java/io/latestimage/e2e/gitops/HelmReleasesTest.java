package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

@Case
@Order(80)
class HelmReleasesTest {
    private static final String ADOPTED = "helm/adopted";
    private static final String KEPT = "helm/kept";

    @ProofCase("helm")
    void aReleaseHasOneOwner(Stage stage) throws Exception {
        stage.branches().ensureMain();
        stage.developerClone().switchTo(MAIN);
        HelmRelease adopted = new HelmRelease(stage, stage.release(ADOPTED));
        HelmRelease kept = new HelmRelease(stage, stage.release(KEPT));
        withoutThePolicyArgoCdTakesOver(stage, adopted, kept);
        whatRunsIsLeftAlone(stage, kept);
        whenHelmHasRemovedItArgoCdMakesIt(stage, kept);

        stage.developerClone().deleteRemotely(ADOPTED, KEPT);
        stage.pipeline().announce(KEPT);
        stage.release(ADOPTED).awaitEnd();
        stage.release(KEPT).awaitEnd();
        assertThat(adopted.helmStatus())
                .as("control: Helm does not know that its release is gone")
                .contains("STATUS: deployed");
        stage.findings()
                .shown("What Helm has made Argo CD does not take over: the Application says whose it is, and what"
                        + " runs goes on; when Helm has removed it, Argo CD makes it. Nor does Helm take over what Argo CD has"
                        + " made. Without the policy Argo CD takes a release over, and it goes with the branch, unknown to Helm"
                        + " (the control).");
    }

    private static void withoutThePolicyArgoCdTakesOver(Stage stage, HelmRelease adopted, HelmRelease kept)
            throws Exception {
        stage.argo().kubectl().run("delete", "validatingadmissionpolicybinding", "latest-image-owners");
        adopted.install();
        kept.install();
        States.await(
                30,
                "the policy is not bound any more",
                () -> adopted.mark("deployment/" + adopted.name()).succeeded());
        pushAtMain(stage, ADOPTED);
        States.await(
                60,
                "control: without the policy Argo CD takes over what Helm has made, or the policy guards nothing",
                adopted::isMarked);
        stage.argo().apply();
        States.await(
                30,
                "the policy is bound again",
                () -> kept.mark("deployment/" + kept.name()).all().contains("belongs to the Helm release"));
    }

    private static void whatRunsIsLeftAlone(Stage stage, HelmRelease kept) throws Exception {
        Release release = stage.release(KEPT);
        release.awaitRollout(90, stage.commitOf(MAIN));
        release.awaitAnswer(30, stage.commitOf(MAIN));
        release.client().uploadOwn();
        pushAtMain(stage, KEPT);
        release.awaitMessage("belongs to the Helm release " + kept.name());
        List<String> objects = release.objects("{.kind}/{.metadata.name}");
        assertThat(objects).as("what the chart makes").hasSize(HelmRelease.OBJECTS);
        for (String object : objects) {
            for (var attempt : List.of(kept.mark(object), kept.markByServer(object))) {
                assertThat(attempt.succeeded())
                        .as("%s can be made Argo CD's", object)
                        .isFalse();
                assertThat(attempt.all())
                        .as("why %s cannot be made Argo CD's", object)
                        .contains("make undeploy BRANCH=... NAMESPACE=test, then run argocd app sync e2e");
            }
        }
        assertThat(kept.marks()).as("what Argo CD has taken over of " + KEPT).isEmpty();
        assertThat(kept.helmStatus()).contains("STATUS: deployed").contains("REVISION: 1");
        stage.keepsOwn(KEPT);
    }

    private static void whenHelmHasRemovedItArgoCdMakesIt(Stage stage, HelmRelease kept) throws Exception {
        kept.uninstall();
        States.await(90, "Argo CD makes the release then", () -> {
            stage.argo().argocd("app", "sync", kept.name(), "--timeout", "60").run();
            return kept.isMarked();
        });
        stage.release(KEPT).awaitAnswer(60, stage.commitOf(MAIN));
        var takeover = kept.attempt("--take-ownership");
        assertThat(takeover.succeeded())
                .as("Helm has taken over what Argo CD has made")
                .isFalse();
        assertThat(takeover.all()).contains("belongs to the Argo CD Application " + kept.name());
    }

    private static void pushAtMain(Stage stage, String branch) throws Exception {
        stage.developerClone().createBranch(branch);
        stage.developerClone().push(branch);
        stage.pipeline().announce(branch);
        stage.developerClone().switchTo(MAIN);
    }
}
