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
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/**
 * After a time without publications, one client loses its connection to the NFS server, and only that one. Uploads and
 * downloads through the other replicas take no longer, and the replica on this client does not serve an old image as
 * fresh.
 */
@NfsProof
@Order(50)
class CutOffTest {
    /** What the replica on the client did last before the cut. */
    private enum Last {
        READ,
        PUBLISHED
    }

    private static final int CUT_OFF = 2;
    private static final int IMAGE_SIZE = 10_000;
    /** After a Linux server has recalled a delegation of a file, it grants no other of it for up to 60 s. */
    private static final Duration RECALL_MEMORY = Duration.ofSeconds(65);

    @Order(1)
    @ProofCase(value = "cut-off-reader", longOnly = true)
    @DisplayName("an idle reader is cut off from the server")
    void idleReader(Stage stage, Findings findings) throws Exception {
        cutOff(stage, findings, Last.READ);
    }

    @Order(2)
    @ProofCase("cut-off-publisher")
    @DisplayName("the last publisher is cut off from the server")
    void lastPublisher(Stage stage, Findings findings) throws Exception {
        cutOff(stage, findings, Last.PUBLISHED);
    }

    private static void cutOff(Stage stage, Findings findings, Last last) throws Exception {
        Target lonely = stage.target(CUT_OFF);
        Set<Target> others = Set.of(stage.target(0), stage.target(1));
        Timeline timeline = new Timeline();
        Timeline lonelyTimeline = new Timeline();
        Traffic traffic = stage.traffic(Traffic.Writing.UPLOADS, Stage.UPLOADS);
        long normalAt;
        long cutAt;
        long joinedAt;
        try (traffic) {
            timeline.phase("all connected", Expectation.NO_FAILURE);
            lonelyTimeline.phase("connected", Expectation.NO_FAILURE);
            stage.awaitNormal(traffic);
            normalAt = System.nanoTime();
            Await.pass(stage.form().seconds(6, 20));
            stage.say("no publication for " + RECALL_MEMORY.toSeconds() + " s");
            quieten(traffic);
            lonelyTimeline.phase("before the cut", Expectation.NOT_JUDGED);
            comeLast(stage, traffic, lonely, last);
            stage.checkDelegations(findings);
            stage.say("cut off");
            timeline.phase("one cut off", Expectation.NO_FAILURE);
            lonelyTimeline.phase("cut off", Expectation.UPLOADS_503);
            cutAt = System.nanoTime();
            stage.second().cutFrom(stage.server());
            traffic.targets().forEach(target -> traffic.resume(target, Operation.UPLOAD));
            // Longer than a lease, and until a client has received the copy.
            Await.pass(stage.form().seconds(18, 40));
            Await.until("a copy is served", Stage.RECOVERY_LIMIT, () -> traffic.hasServedCopy(lonely, cutAt));
            joinedAt = System.nanoTime();
            stage.second().joinTo(stage.server());
            timeline.phase("joined", Expectation.NO_FAILURE);
            stage.awaitNormal(traffic);
            lonelyTimeline.phase("normal", Expectation.NO_FAILURE);
            Await.pass(Duration.ofSeconds(5));
            stage.awaitNormal(traffic);
        } finally {
            stage.second().joinTo(stage.server());
        }
        findings.judge(timeline.end(), traffic.answers(others));
        findings.judge(lonelyTimeline.end(), traffic.answers(Set.of(lonely)));
        compare(findings, traffic.answers(others), normalAt, cutAt, joinedAt);
        findings.checkHistory(traffic.answers());
        stage.checkDelegations(findings);
    }

    /** Stops all publications until the server would grant delegations of the manifest again. */
    private static void quieten(Traffic traffic) throws InterruptedException {
        traffic.targets().forEach(target -> traffic.silence(target, Operation.UPLOAD));
        Await.pass(RECALL_MEMORY);
    }

    /** Lets the replica that will be cut off open the manifest last, to read or to publish. */
    private static void comeLast(Stage stage, Traffic traffic, Target lonely, Last last) throws Exception {
        switch (last) {
            case PUBLISHED -> {
                try (Exchange exchange = new Exchange(lonely, Style.FRESH, stage.images())) {
                    traffic.record(exchange.upload(stage.images().next(IMAGE_SIZE)));
                }
            }
            case READ -> {
                Replica replica = stage.replicas().get(CUT_OFF);
                traffic.disconnectQuiet(lonely, Operation.UPLOAD);
                replica.kill();
                replica.start();
                replica.awaitReady();
            }
        }
        long since = System.nanoTime();
        Await.until(
                "the replica reads", Stage.RECOVERY_LIMIT, () -> traffic.hasDone(lonely, Operation.DOWNLOAD, since));
    }

    private static void compare(Findings findings, List<Answer> answers, long normalAt, long cutAt, long joinedAt) {
        for (Operation operation : Operation.values()) {
            long before = longest(answers, operation, normalAt, cutAt);
            long during = longest(answers, operation, cutAt, joinedAt);
            findings.check(
                    "the others' %s takes no longer by more than a deadline"
                            .formatted(operation == Operation.UPLOAD ? "upload" : "download"),
                    during > 0 && during <= before + Replica.STORAGE_TIMEOUT.toNanos(),
                    "longest before %d ms, cut off %d ms".formatted(before / 1_000_000, during / 1_000_000));
        }
    }

    private static long longest(List<Answer> answers, Operation operation, long from, long to) {
        return answers.stream()
                .filter(answer -> answer.operation() == operation && answer.outcome() == Outcome.DONE)
                .filter(answer -> answer.start() >= from && answer.start() < to)
                .mapToLong(answer -> answer.end() - answer.start())
                .max()
                .orElse(0);
    }
}
