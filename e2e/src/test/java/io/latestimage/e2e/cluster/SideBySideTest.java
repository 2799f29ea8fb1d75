package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.process.Kubectl;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;

/** Releases of branches whose names are alike do not see each other, before there is a load. */
@ClusterProof
@Order(10)
class SideBySideTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @ProofCase("releases")
    void eachReleaseReturnsItsOwnImage(Stage stage) throws Exception {
        Stage.say("three releases side by side, by two versions of Helm");
        String helm = stage.settings().otherHelm().orElse(stage.settings().helm());
        Release neighbour = stage.cluster().release(Stage.NEIGHBOUR);
        neighbour.deploy(helm, new Release.Revision(stage.settings().imageFrom(), List.of("replicaCount: 2")));
        ReleaseClient neighbourClient = stage.clientOf(Stage.NEIGHBOUR);
        neighbourClient.awaitReady();
        neighbourClient.uploadOwn();
        ReleaseClient other = stage.other();
        returnTheirOwn(List.of(stage.client(), neighbourClient, other));
        controlHelmTestFailsWhereTheServiceLeadsNowhere(stage, neighbour, helm);
        Stage.say("uninstalling one of them");
        neighbour.undeploy(helm);
        returnTheirOwn(List.of(stage.client(), other));
    }

    private static void returnTheirOwn(List<ReleaseClient> clients) {
        for (ReleaseClient client : clients) {
            for (int pod = 0; pod < 6; pod++) { // so that all pods of it are asked
                assertThat(client.problemWithOwn()).isEmpty();
            }
        }
    }

    private static void controlHelmTestFailsWhereTheServiceLeadsNowhere(Stage stage, Release release, String helm)
            throws Exception {
        Stage.say("control: helm test fails where the Service leads nowhere");
        Kubectl kubectl = stage.cluster().kubectl();
        kubectl.run(
                "patch",
                "service",
                release.name(),
                "--patch",
                "{\"spec\": {\"selector\": {\"app.kubernetes.io/component\": \"none\"}}}");
        Await.atMost(LIMIT)
                .every(Duration.ofMillis(500))
                .value( // as soon as all proxies know
                        "helm test fails as it cannot connect",
                        () -> HelmTestTest.failure(release, helm)
                                + kubectl.attempt("logs", release.name()).all(),
                        text -> text.contains("curl: ("));
        kubectl.run("delete", "pod", release.name());
    }
}
