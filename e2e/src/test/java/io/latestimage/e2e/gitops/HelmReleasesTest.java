package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

/**
 * A release has one owner, Helm or Argo CD. An admission policy keeps each from taking over the objects of the other.
 */
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
        withThePolicyTheReleaseStaysUnchanged(stage, kept);
        afterTheUninstallArgoCdCreatesTheRelease(stage, kept);

        stage.developerClone().deleteRemotely(ADOPTED, KEPT);
        stage.pipeline().announce(KEPT);
        stage.release(ADOPTED).awaitEnd();
        stage.release(KEPT).awaitEnd();
        assertThat(adopted.helmStatus())
                .as("control: helm status, after Argo CD has deleted the objects of the release")
                .contains("STATUS: deployed");
        stage.findings()
                .shown("Argo CD does not take over a release of Helm: its Application names the owner, and the release"
                        + " keeps running. After helm uninstall, Argo CD creates the release. Helm does not take"
                        + " over a release of Argo CD either. Without the admission policy, Argo CD takes over a"
                        + " release of Helm and deletes it with the branch, while Helm still reports it as"
                        + " deployed (control).");
    }

    private static void withoutThePolicyArgoCdTakesOver(Stage stage, HelmRelease adopted, HelmRelease kept)
            throws Exception {
        stage.argo().kubectl().run("delete", "validatingadmissionpolicybinding", "latest-image-owners");
        adopted.install();
        kept.install();
        States.await(
                30,
                "the admission policy is no longer in effect",
                () -> adopted.mark("deployment/" + adopted.name()).succeeded());
        pushAtMain(stage, ADOPTED);
        States.await(
                60, "control: without the admission policy, Argo CD takes over the release of Helm", adopted::isMarked);
        stage.argo().apply();
        States.await(
                30,
                "the admission policy is in effect again",
                () -> kept.mark("deployment/" + kept.name()).all().contains("belongs to the Helm release"));
    }

    private static void withThePolicyTheReleaseStaysUnchanged(Stage stage, HelmRelease kept) throws Exception {
        Release release = stage.release(KEPT);
        release.awaitRollout(90, stage.commitOf(MAIN));
        release.awaitAnswer(30, stage.commitOf(MAIN));
        release.client().uploadOwn();
        pushAtMain(stage, KEPT);
        release.awaitMessage("belongs to the Helm release " + kept.name());
        List<String> objects = release.objects("{.kind}/{.metadata.name}");
        assertThat(objects).as("objects of the chart").hasSize(HelmRelease.OBJECTS);
        for (String object : objects) {
            for (var attempt : List.of(kept.mark(object), kept.markByServerSideApply(object))) {
                assertThat(attempt.succeeded())
                        .as("Argo CD can mark %s as its own", object)
                        .isFalse();
                assertThat(attempt.all())
                        .as("reason why Argo CD cannot mark %s as its own", object)
                        .contains("make undeploy BRANCH=... NAMESPACE=test, then run argocd app sync e2e");
            }
        }
        assertThat(kept.marks()).as("Argo CD's marks on the release of " + KEPT).isEmpty();
        assertThat(kept.helmStatus()).contains("STATUS: deployed").contains("REVISION: 1");
        stage.keepsOwn(KEPT);
    }

    private static void afterTheUninstallArgoCdCreatesTheRelease(Stage stage, HelmRelease kept) throws Exception {
        kept.uninstall();
        States.await(90, "Argo CD creates the release after helm uninstall", () -> {
            stage.argo().argocd("app", "sync", kept.name(), "--timeout", "60").run();
            return kept.isMarked();
        });
        stage.release(KEPT).awaitAnswer(60, stage.commitOf(MAIN));
        var takeover = kept.attempt("--take-ownership");
        assertThat(takeover.succeeded())
                .as("helm upgrade --take-ownership succeeds on a release of Argo CD")
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
