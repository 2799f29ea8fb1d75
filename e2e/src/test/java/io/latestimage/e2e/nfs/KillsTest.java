package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Await;
import io.latestimage.e2e.Exchange;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Operation;
import io.latestimage.e2e.Outcome;
import io.latestimage.e2e.Style;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.Timeline;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/**
 * Replicas get SIGKILL at random moments during uploads over a slow network. The others serve the whole image after
 * each kill, and no acknowledged upload is lost.
 */
@NfsProof
@Order(70)
class KillsTest {
    private static final int MOST_WAIT_MILLIS = 1_500;

    @ProofCase("kills")
    @DisplayName("SIGKILL of a replica")
    void losesNoImage(Stage stage, Findings findings) throws Exception {
        stage.slowClients(Stage.SLOW_PACKETS);
        try {
            int rounds = stage.form().times(10, 50);
            // Half of the kills during plain uploads, half during steps of the counter.
            kill(stage, findings, Traffic.Writing.UPLOADS, rounds / 2);
            kill(stage, findings, Traffic.Writing.STEPS, rounds - rounds / 2);
        } finally {
            stage.slowClients(Duration.ZERO);
        }
    }

    private void kill(Stage stage, Findings findings, Traffic.Writing writing, int rounds) throws Exception {
        int present = 0;
        Timeline timeline = new Timeline();
        // More uploads at once than elsewhere, so that kills hit some of them.
        Traffic traffic = stage.traffic(writing, Stage.SLOW_UPLOADS.dividedBy(2));
        try (traffic) {
            timeline.phase(
                    "kills under " + writing.name().toLowerCase(java.util.Locale.ROOT), Expectation.LOST_CONNECTIONS);
            for (int round = 1; round <= rounds; round++) {
                Replica victim = stage.replicas().get(stage.random().nextInt(3));
                stage.say("SIGKILL of replica %s under %s, %d of %d".formatted(victim.name(), writing, round, rounds));
                long begun = System.nanoTime();
                Await.until(
                        "an upload is acknowledged",
                        Stage.RECOVERY_LIMIT,
                        () -> traffic.targets().stream()
                                .anyMatch(target -> traffic.hasDone(target, Operation.UPLOAD, begun)));
                Await.pass(Duration.ofMillis(stage.random().nextInt(MOST_WAIT_MILLIS)));
                victim.kill();
                present += isPresentWithoutIt(stage, traffic, victim) ? 1 : 0;
                victim.start();
                victim.awaitReady();
            }
            Stage.awaitUploads(traffic, traffic.targets());
        }
        findings.judge(timeline.end(), traffic.answers());
        findings.check(
                "the other replicas serve the whole image after each kill",
                present == rounds,
                "%d of %d".formatted(present, rounds));
        findings.checkHistory(traffic.answers());
        if (writing == Traffic.Writing.STEPS) {
            traffic.checkCounter(findings);
        }
    }

    /** Whether the other replicas serve the latest image, byte for byte as it was uploaded. */
    private static boolean isPresentWithoutIt(Stage stage, Traffic traffic, Replica victim) {
        Set<Target> others = new HashSet<>(traffic.targets());
        others.remove(victim.target());
        boolean present = true;
        for (Target target : others) {
            try (Exchange exchange = new Exchange(target, Style.FRESH, stage.images())) {
                Answer answer = exchange.download();
                traffic.record(answer);
                present &= answer.outcome() == Outcome.DONE;
            }
        }
        return present;
    }
}
