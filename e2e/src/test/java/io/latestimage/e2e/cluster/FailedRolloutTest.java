package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

/**
 * A rollout that cannot succeed: {@code make deploy} says why and rolls it back. No request fails, and the pods of the
 * previous revision keep running.
 */
@ClusterProof
@Order(90)
class FailedRolloutTest {
    @Order(1)
    @ProofCase("missing-image")
    void rollsBackAnImageThatDoesNotExist(Stage stage) throws Exception {
        String image = stage.settings().registry() + "/latest-image:does-not-exist";
        stage.during(
                "rollout of an image that does not exist",
                Expectation.NO_FAILURE,
                () -> deployAndExpectRollback(stage, new Release.Revision(image, List.of())));
    }

    @Order(2)
    @ProofCase("never-ready")
    void rollsBackPodsThatNeverBecomeReady(Stage stage) throws Exception {
        Release.Revision revision =
                new Release.Revision(stage.settings().imageTo(), List.of("probes: {readiness: {path: /not-there}}"));
        stage.during(
                "rollout that never becomes ready",
                Expectation.NO_FAILURE,
                () -> deployAndExpectRollback(stage, revision));
    }

    private static void deployAndExpectRollback(Stage stage, Release.Revision revision) throws Exception {
        Release release = stage.main();
        List<String> pods = release.identities();
        Command.Completed answer = release.deployInVain(
                stage.settings().helm(), revision, stage.settings().form().seconds(20, 40));
        assertThat(answer.succeeded())
                .as("make deploy succeeds: %s", answer.all())
                .isFalse();
        assertThat(answer.all().lines())
                .as("make deploy says clearly what is wrong: %s", answer.all())
                .anyMatch(line -> line.matches("deploy: .* did not become ready.*"));
        release.settle();
        assertThat(release.identities())
                .as("pods after the rollout was rolled back")
                .isEqualTo(pods);
    }
}
