package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.process.CommandFailedException;
import io.latestimage.e2e.proof.ProofCase;
import java.io.IOException;
import org.junit.jupiter.api.Order;

/** {@code helm test}, the chart's own test, succeeds for a release that works. */
@ClusterProof
@Order(30)
class HelmTestTest {
    @ProofCase("helm-test")
    void succeedsUnderLoad(Stage stage) throws Exception {
        stage.during(
                "helm test",
                Expectation.NO_FAILURE,
                () -> assertThat(failure(stage.main(), stage.settings().helm()))
                        .as("error of helm test; the log of its pod: %s", log(stage))
                        .isEmpty());
    }

    private static String log(Stage stage) throws IOException, InterruptedException {
        return stage.cluster()
                .kubectl()
                .attempt("logs", stage.main().name(), "--ignore-not-found")
                .all();
    }

    /** The error message of {@code helm test}; empty if it succeeds. */
    static String failure(Release release, String helm) throws IOException, InterruptedException {
        try {
            release.helm(helm, "test", release.name(), "--timeout", "2m");
            return "";
        } catch (CommandFailedException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
