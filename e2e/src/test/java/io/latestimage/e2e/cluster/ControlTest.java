package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

/**
 * Negative controls: the release lacks a setting that keeps requests from failing, so some must fail. If none fails,
 * the load cannot detect failures.
 */
@ClusterProof
@Order(120)
class ControlTest {
    private static final int MOST_ROLLOUTS = 10;

    @Order(1)
    @ProofCase("control-unavailable")
    void allPodsAtOnce(Stage stage) throws Exception {
        stage.during(
                "control: maxUnavailable 100 %",
                Expectation.FAILURES, () -> {
                    stage.main()
                            .deploy(
                                    stage.settings().helm(),
                                    new Release.Revision(
                                            stage.settings().imageTo(),
                                            List.of("strategy: {maxUnavailable: \"100%\"}", "logLevel: DEBUG")));
                    stage.main().settle();
                });
    }

    @Order(2)
    @ProofCase("control-no-drain")
    void withoutPreStopAndDrain(Stage stage) throws Exception {
        // The pods that this rollout terminates still have preStop and drain, so no request fails.
        stage.during("preparing the next control", Expectation.NO_FAILURE, () -> {
            stage.main()
                    .deploy(
                            stage.settings().helm(),
                            new Release.Revision(
                                    stage.settings().imageTo(),
                                    List.of("timing: {preStopSeconds: 0, drainSeconds: 0}")));
            stage.main().settle();
        });
        stage.during("control: without preStop and drain", Expectation.FAILURES, () -> {
            long before = stage.load().unusual();
            // Only a few requests fail in each rollout, and possibly none.
            for (int rollout = 0; rollout < MOST_ROLLOUTS && stage.load().unusual() == before; rollout++) {
                stage.cluster()
                        .kubectl()
                        .run("rollout", "restart", "deployment", stage.main().name());
                stage.main().settle();
            }
        });
    }
}
