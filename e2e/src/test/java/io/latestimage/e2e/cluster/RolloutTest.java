package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

/** Rollouts, which replace all pods one after the other: no request fails. */
@ClusterProof
@Order(50)
class RolloutTest {
    @Order(1)
    @ProofCase("new-image")
    void rollsOutANewImage(Stage stage) throws Exception {
        stage.during("rolling update to a new image", Expectation.NO_FAILURE, () -> {
            stage.main()
                    .deploy(
                            stage.settings().helm(),
                            new Release.Revision(stage.settings().imageTo(), List.of()));
            stage.main().settle();
        });
    }

    @Order(2)
    @ProofCase("config")
    void rollsOutAChangedSetting(Stage stage) throws Exception {
        boolean other = stage.settings().otherHelm().isPresent();
        stage.during("config change" + (other ? ", by the other Helm" : ""), Expectation.NO_FAILURE, () -> {
            changeSetting(stage);
        });
    }

    @Order(3)
    @ProofCase("rollback")
    void rollsBackToThePreviousRevision(Stage stage) throws Exception {
        if (stage.main().revisions().stream().distinct().count() < 2) {
            stage.during(
                    "preparing a second revision for the rollback", Expectation.NO_FAILURE, () -> changeSetting(stage));
        }
        stage.during("helm rollback", Expectation.NO_FAILURE, () -> {
            List<String> before = stage.main().identities();
            stage.main().rollBack(stage.settings().helm());
            stage.main().settle();
            assertThat(stage.main().identities()).as("pods after the rollback").doesNotContainAnyElementsOf(before);
        });
    }

    private static void changeSetting(Stage stage) throws Exception {
        Release release = stage.main();
        String helm = stage.settings().otherHelm().orElse(stage.settings().helm());
        release.deploy(helm, new Release.Revision(release.current().image(), List.of("logLevel: WARN")));
        release.settle();
    }
}
