package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.PowerLossHistory;
import io.latestimage.e2e.Timeline;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/**
 * The power of the NFS server is cut at random moments during uploads. Replicas then serve their copies. No
 * acknowledged upload is lost. After the grace period of the server, all is normal again, without a restart of a
 * replica.
 */
@NfsProof
@Order(110)
class ServerPowerLossTest {
    private static final int MOST_WAIT_MILLIS = 2_000;

    @ProofCase("server-power-loss")
    @DisplayName("power loss of the server")
    void losesNoAcknowledgedUpload(Stage stage, Findings findings) throws Exception {
        int rounds = stage.form().times(2, 10);
        for (int round = 1; round <= rounds; round++) {
            Traffic.Writing writing = round % 2 == 1 ? Traffic.Writing.UPLOADS : Traffic.Writing.STEPS;
            stage.say("power loss of the server under %s, %d of %d".formatted(writing, round, rounds));
            lose(stage, findings, writing, round);
        }
    }

    private static void lose(Stage stage, Findings findings, Traffic.Writing writing, int round) throws Exception {
        Timeline timeline = new Timeline();
        Traffic traffic = stage.traffic(writing, Stage.UPLOADS.dividedBy(2));
        long off;
        long on;
        Duration took;
        try (traffic) {
            timeline.phase("before power loss " + round, Expectation.NO_FAILURE);
            stage.awaitNormal(traffic);
            Await.pass(Duration.ofMillis(stage.random().nextInt(MOST_WAIT_MILLIS)));
            timeline.phase("power loss " + round, Expectation.UPLOADS_503);
            stage.server().powerOff();
            off = System.nanoTime();
            Await.until(
                    "each replica serves a copy",
                    Stage.RECOVERY_LIMIT,
                    () -> traffic.targets().stream().allMatch(target -> traffic.hasServedCopy(target, off)));
            on = System.nanoTime();
            stage.server().powerOn();
            took = stage.awaitNormal(traffic);
            timeline.phase("after power loss " + round, Expectation.NO_FAILURE);
            Stage.awaitUploads(traffic, traffic.targets());
        } finally {
            stage.server().powerOn();
        }
        findings.judge(timeline.end(), traffic.answers());
        Optional<String> violation =
                PowerLossHistory.of(traffic.answers(), off, on).violation();
        findings.check(
                "no acknowledged upload is lost, and only the power loss undid others (power loss %d)".formatted(round),
                violation,
                traffic.answers().size() + " requests");
        findings.check(
                "all is normal again without a restart of a replica",
                stage.areAllRunning(),
                "%d s after the server was up".formatted(took.toSeconds()));
        if (writing == Traffic.Writing.STEPS) {
            traffic.checkCounter(findings);
        }
    }
}
