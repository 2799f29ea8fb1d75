package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.Stage.FEATURE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;

/**
 * The image of a commit comes late. Until then the previous commit serves, and afterwards the new one is rolled out.
 */
@Case
@Order(90)
class LateImageTest {
    /** The reasons why a pod waits for its image. Kubelet switches between them at each attempt to pull it. */
    private static final Pattern WAITING = Pattern.compile("ImagePullBackOff|ErrImagePull");

    @ProofCase("late-image")
    void thePreviousCommitServesWhileTheImageIsMissing(Stage stage) throws Exception {
        stage.branches().ensure(FEATURE);
        stage.neighbours().watch(FEATURE);
        Release release = stage.release(FEATURE);
        release.awaitRollout(60, stage.commitOf(FEATURE));
        String before = stage.commitOf(FEATURE);
        String answer = release.readiness();
        stage.developerClone().switchTo(FEATURE);
        stage.developerClone().commit("Wait for CI");
        // Before the push of the commit: the longer a pod has waited, the longer kubelet's back-off is.
        stage.pipeline().buildAgain(FEATURE, stage.parameters().registry());
        stage.developerClone().push(FEATURE);
        stage.pipeline().announce(FEATURE); // as the build of another branch does, which refreshes all branches
        States.await(
                60,
                "a pod waits for its image",
                release::waitingReasons,
                reasons -> WAITING.matcher(reasons).find());
        release.awaitMessage("Back-off pulling image");
        assertThat(release.readiness())
                .as("readiness while the image is missing")
                .startsWith("latest-image/")
                .isEqualTo(answer);
        assertThat(release.imagesOfReadyPods())
                .as("images of the ready pods while the image is missing")
                .containsOnly(release.image(before));

        stage.pipeline().push(FEATURE);
        stage.pipeline().announce(FEATURE);
        Duration took = release.awaitRollout(120, stage.commitOf(FEATURE));

        stage.measured("from the push of the late image to the end of the rollout", took);
        release.awaitHealth(30, stage.commitOf(FEATURE));
        stage.neighbours().isUnharmed(FEATURE);
        stage.findings()
                .shown("While the image of a commit is missing, the previous commit serves, and Argo CD says that a pod"
                        + " waits for the image. When the image is in the registry, the commit is rolled out.");
    }
}
