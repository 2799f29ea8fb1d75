package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Await;
import io.latestimage.e2e.Exchange;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Operation;
import io.latestimage.e2e.Outcome;
import io.latestimage.e2e.Style;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/**
 * A client is cut off for longer than its lease while it holds the lock of the manifest. Meanwhile another client
 * publishes. The late publication of the first one is refused.
 */
@NfsProof
@Order(90)
class LateLockHolderTest {
    /**
     * The delay of each packet: so long that the cut comes before the next packet of the client that holds the lock.
     */
    private static final Duration PACKETS = Duration.ofMillis(300);

    private static final String WATCHING = "/run/watching";
    private static final int MOST_TRIES = 10;
    private static final int IMAGE_SIZE = 5_000;

    @ProofCase("late-lock-holder")
    @DisplayName("a holder of the lock is cut off for longer than its lease")
    void isRefused(Stage stage, Findings findings) throws Exception {
        int wanted = stage.form().times(1, 5);
        int met = 0;
        for (int round = 1; met < wanted && round <= wanted * MOST_TRIES; round++) {
            stage.say("the holder of the lock is cut off, %d of %d (try %d)".formatted(met + 1, wanted, round));
            // The first cut comes at once after the lock, the others later: before the client reads the manifest,
            // writes it, and forces it to the disk.
            met += meets(stage, findings, Duration.ofMillis(met * 250L)) ? 1 : 0;
        }
        findings.check("a cut came while a publication held the lock", met == wanted, met + " times");
    }

    private static boolean meets(Stage stage, Findings findings, Duration delay) throws Exception {
        Traffic traffic = stage.traffic(Traffic.Writing.STEPS, Stage.UPLOADS);
        boolean met;
        Answer late;
        try (traffic;
                Exchange holder = new Exchange(stage.target(2), Style.FRESH, stage.images());
                Exchange other = new Exchange(stage.target(0), Style.FRESH, stage.images())) {
            stage.awaitNormal(traffic);
            traffic.targets().forEach(target -> traffic.silence(target, Operation.UPLOAD));
            Await.pass(Duration.ofSeconds(1)); // until the steps in flight are answered
            stage.second().slow(PACKETS);
            String inode = stage.server().run("stat -c %i " + Stage.MANIFEST);
            Answer before = other.download();
            CompletableFuture<Boolean> cut = background(() -> cutWhenLocked(stage, inode, delay));
            Await.until(
                    "the server watches for the lock",
                    Stage.RECOVERY_LIMIT,
                    () -> stage.server().succeeds("rm " + WATCHING));
            CompletableFuture<Answer> publication = background(() -> CounterClient.stepFrom(
                    before.version(), holder, stage.images(), traffic.counter(), IMAGE_SIZE, traffic::record));
            boolean locked = cut.get(2, TimeUnit.MINUTES);
            stage.second().cutFrom(stage.server());
            met = locked && isLocked(stage, inode);
            if (met) {
                Await.until("another client publishes", Stage.RECOVERY_LIMIT, () -> {
                    CounterClient.step(other, stage.images(), traffic.counter(), IMAGE_SIZE, traffic::record);
                    return traffic.counter().acknowledged() > 0
                            && traffic.hasDone(stage.target(0), Operation.UPLOAD, before.end());
                });
            }
            stage.second().joinTo(stage.server());
            stage.second().slow(Duration.ZERO);
            late = publication.get(2, TimeUnit.MINUTES);
            traffic.targets().forEach(target -> traffic.resume(target, Operation.UPLOAD));
            stage.awaitNormal(traffic);
        } finally {
            stage.second().joinTo(stage.server());
            stage.second().slow(Duration.ZERO);
        }
        if (!met) {
            return false;
        }
        findings.judge("cut off with the lock", Expectation.NOT_JUDGED, traffic.answers());
        findings.checkHistory(traffic.answers());
        traffic.checkCounter(findings);
        if (late.outcome() == Outcome.DONE) {
            // The record was on the disk, and the lock not yet released. That is correct, and rare.
            return false;
        }
        findings.check(
                "the late publication is refused with a 503 that says whether the outcome is certain",
                late.status() == 503 && (late.outcome() == Outcome.REJECTED || late.outcome() == Outcome.UNCERTAIN),
                late.describe());
        return true;
    }

    /** Runs the work in a new thread. */
    private static <T> CompletableFuture<T> background(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /**
     * Waits on the server until the manifest is locked and the delay is over, and then drops the server's packets to
     * the client. Only one client can hold the lock: no other one uploads.
     *
     * @return whether the manifest was locked within 40 s
     */
    private static boolean cutWhenLocked(Stage stage, String inode, Duration delay) throws Exception {
        return stage.server().succeeds("""
                        touch %s; end=$((SECONDS + 40))
                        until grep -qE '%s' /proc/locks; do ((SECONDS < end)) || exit 1; done
                        sleep %d.%03d
                        ip neigh replace %s lladdr 02:00:00:00:00:99 nud permanent dev eth0""".formatted(
                        WATCHING,
                        ServerState.lockPattern(inode),
                        delay.toSeconds(),
                        delay.toMillisPart(),
                        stage.second().address()));
    }

    private static boolean isLocked(Stage stage, String inode) throws Exception {
        return stage.server().succeeds("grep -qE '%s' /proc/locks".formatted(ServerState.lockPattern(inode)));
    }
}
