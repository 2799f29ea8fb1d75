package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.process.Kubectl;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;

/**
 * Releases of branches with similar names do not affect each other. This case runs before the load begins, because it
 * compares images and the load replaces them.
 */
@ClusterProof
@Order(10)
class SideBySideTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @ProofCase("releases")
    void eachReleaseReturnsItsOwnImage(Stage stage) throws Exception {
        Stage.say("deploying three releases side by side, with two versions of Helm");
        String helm = stage.settings().otherHelm().orElse(stage.settings().helm());
        Release neighbour = stage.cluster().release(Stage.NEIGHBOUR);
        neighbour.deploy(helm, new Release.Revision(stage.settings().imageFrom(), List.of("replicaCount: 2")));
        ReleaseClient neighbourClient = stage.clientOf(Stage.NEIGHBOUR);
        neighbourClient.awaitReady();
        neighbourClient.uploadOwn();
        ReleaseClient other = stage.other();
        assertEachReturnsItsOwnImage(List.of(stage.client(), neighbourClient, other));
        assertHelmTestFailsIfTheServiceSelectsNoPod(stage, neighbour, helm);
        Stage.say("uninstalling the release of " + Stage.NEIGHBOUR);
        neighbour.undeploy(helm);
        assertEachReturnsItsOwnImage(List.of(stage.client(), other));
    }

    private static void assertEachReturnsItsOwnImage(List<ReleaseClient> clients) throws InterruptedException {
        for (ReleaseClient client : clients) {
            for (int pod = 0; pod < 6; pod++) { // enough downloads to reach every pod
                assertThat(client.problemWithOwn()).isEmpty();
            }
        }
    }

    private static void assertHelmTestFailsIfTheServiceSelectsNoPod(Stage stage, Release release, String helm)
            throws Exception {
        Stage.say("control: helm test fails if the Service selects no pod");
        Kubectl kubectl = stage.cluster().kubectl();
        kubectl.run(
                "patch",
                "service",
                release.name(),
                "--patch",
                "{\"spec\": {\"selector\": {\"app.kubernetes.io/component\": \"none\"}}}");
        Await.atMost(LIMIT)
                .every(Duration.ofMillis(500))
                .value( // it may succeed until all proxies have removed the endpoints
                        "helm test fails because it cannot connect",
                        () -> HelmTestTest.failure(release, helm)
                                + kubectl.attempt("logs", release.name()).all(),
                        text -> text.contains("curl: ("));
        kubectl.run("delete", "pod", release.name());
    }
}
