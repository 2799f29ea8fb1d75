package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.Stage.FEATURE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;

@Case
@Order(90)
class LateImageTest {
    /** After each attempt the reason is the other for a moment. */
    private static final Pattern WAITING = Pattern.compile("ImagePullBackOff|ErrImagePull");

    @ProofCase("late-image")
    void theCommitBeforeServesWhileTheImageIsMissing(Stage stage) throws Exception {
        stage.branches().ensure(FEATURE);
        stage.neighbours().watch(FEATURE);
        Release release = stage.release(FEATURE);
        release.awaitRollout(60, stage.commitOf(FEATURE));
        String before = stage.commitOf(FEATURE);
        String answer = release.readiness();
        stage.developerClone().switchTo(FEATURE);
        stage.developerClone().commit("Wait for CI");
        // First: the longer a pod has waited, the longer until it looks again.
        stage.pipeline().buildAgain(FEATURE, stage.parameters().registry());
        stage.developerClone().push(FEATURE);
        stage.pipeline().announce(FEATURE); // of another build, as far as this branch goes
        States.await(
                60,
                "a pod waits for its image",
                release::waitingReasons,
                reasons -> WAITING.matcher(reasons).find());
        release.awaitMessage("Back-off pulling image");
        assertThat(release.readiness())
                .as("the release while its image is missing")
                .startsWith("latest-image/")
                .isEqualTo(answer);
        assertThat(release.imagesOfReadyPods())
                .as("what serves while the image is missing")
                .containsOnly(release.image(before));

        stage.pipeline().push(FEATURE);
        stage.pipeline().announce(FEATURE);
        Duration took = release.awaitRollout(120, stage.commitOf(FEATURE));

        stage.measured("from the late image in the registry to a release that is rolled out", took);
        release.awaitHealth(30, stage.commitOf(FEATURE));
        stage.neighbours().isUnharmed(FEATURE);
        stage.findings()
                .shown("While the image of a commit is missing, the commit before goes on serving, and Argo CD"
                        + " says what it waits for; when it is there, it is rolled out.");
    }
}
