package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.Timeline;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/** The power of one client is cut at random moments during uploads. No acknowledged upload is lost. */
@NfsProof
@Order(120)
class ClientPowerLossTest {
    private static final int MOST_WAIT_MILLIS = 2_000;

    @ProofCase("client-power-loss")
    @DisplayName("power loss of a client")
    void losesNoAcknowledgedUpload(Stage stage, Findings findings) throws Exception {
        int rounds = stage.form().times(1, 5);
        for (int round = 1; round <= rounds; round++) {
            Traffic.Writing writing = round % 2 == 1 ? Traffic.Writing.STEPS : Traffic.Writing.UPLOADS;
            stage.say("power loss of a client under %s, %d of %d".formatted(writing, round, rounds));
            lose(stage, findings, writing, round);
        }
    }

    private static void lose(Stage stage, Findings findings, Traffic.Writing writing, int round) throws Exception {
        Timeline timeline = new Timeline();
        Timeline lostTimeline = new Timeline();
        Target lost = stage.target(2);
        Set<Target> others = Set.of(stage.target(0), stage.target(1));
        Traffic traffic = stage.traffic(writing, Stage.UPLOADS.dividedBy(2));
        try (traffic) {
            timeline.phase("before power loss " + round, Expectation.NO_FAILURE);
            lostTimeline.phase("replica c before power loss " + round, Expectation.NO_FAILURE);
            stage.awaitNormal(traffic);
            Await.pass(Duration.ofMillis(stage.random().nextInt(MOST_WAIT_MILLIS)));
            // If the client held the lock, the server releases it when the lease of the client is over.
            timeline.phase("power loss " + round, Expectation.UPLOADS_MAY_503);
            lostTimeline.phase("replica c, power loss " + round, Expectation.NOT_JUDGED);
            stage.second().powerOff();
            Stage.awaitUploads(traffic, others);
            stage.second().powerOn();
            stage.pushTo(stage.second());
            stage.replicas().getLast().start();
            stage.replicas().getLast().awaitReady();
            stage.awaitNormal(traffic);
            timeline.phase("after power loss " + round, Expectation.NO_FAILURE);
            Await.pass(Duration.ofSeconds(2));
        }
        findings.judge(timeline.end(), traffic.answers(others));
        findings.judge(lostTimeline.end(), traffic.answers(Set.of(lost)));
        findings.checkHistory(traffic.answers());
        if (writing == Traffic.Writing.STEPS) {
            traffic.checkCounter(findings);
        }
    }
}
