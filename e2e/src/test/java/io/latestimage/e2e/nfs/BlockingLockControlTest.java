package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.control.BlockingLock;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/**
 * Control: a process waits for a lock with F_SETLKW. If the server's notification that the lock is free gets lost, the
 * process keeps waiting.
 */
@NfsProof
@Order(40)
class BlockingLockControlTest {
    private static final String FILE = "/data/control-lock";
    /** Far longer than the service holds a lock. */
    private static final Duration STALL = Duration.ofSeconds(20);

    @ProofCase(value = "control-blocking-lock", longOnly = true)
    @DisplayName("control: a blocking lock")
    void stallsWhenANotificationIsLost(Stage stage, Findings findings) throws Exception {
        stage.second()
                .run("rm -f /spool/release; cd /spool; setsid %s >/spool/lock.log 2>&1 </dev/null &"
                        .formatted(Kit.control(BlockingLock.class, FILE + " /spool/release")));
        await(stage.second());
        stage.first()
                .run("rm -f /spool/release; cd /spool; setsid %s >/spool/lock.log 2>&1 </dev/null &"
                        .formatted(Kit.control(BlockingLock.class, FILE + " /spool/release")));
        Await.until(
                "the first client waits for the lock",
                Stage.RECOVERY_LIMIT,
                () -> stage.first().succeeds("grep -q waits /spool/lock.log"));
        Await.pass(Duration.ofSeconds(2)); // until the client has sent its request to the server
        stage.first().cutFrom(stage.server());
        stage.second().run("touch /spool/release");
        Await.until(
                "the second client has released the lock",
                Stage.RECOVERY_LIMIT,
                () -> stage.second().succeeds("grep -q released /spool/lock.log"));
        Await.pass(Duration.ofSeconds(3)); // the server sends its notification now, and it gets lost
        stage.first().joinTo(stage.server());
        Duration waited = await(stage.first());
        stage.first().run("touch /spool/release");
        findings.check(
                "it stalls when a notification is lost",
                waited.compareTo(STALL) > 0,
                "it waited for %d s after the lock was free and the client was connected again"
                        .formatted(waited.toSeconds()));
    }

    private static Duration await(Machine machine) throws Exception {
        return Await.until(
                "the lock is held", Stage.RECOVERY_LIMIT, () -> machine.succeeds("grep -q held /spool/lock.log"));
    }
}
