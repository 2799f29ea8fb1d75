package io.latestimage.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One check of the volume at a time, however many readers wait. A running check serves nobody who arrived after it
 * began; all who arrive during it share the next one:
 *
 * <pre>
 *   readers   a b    c d e     f
 *   checks    [ 1  ][ 2      ][ 3 ]      1 for a; 2 for b; 3 for c, d and e; 4 for f
 * </pre>
 *
 * <p>Checks run on one platform thread, because a volume that hangs blocks it in a native call. A second thread watches
 * for operations that miss the deadline and sends the waiting readers on with what is at hand. From then on nobody
 * waits, until a check has succeeded again: the one that hangs, when the volume is back, or one of those that are tried
 * every {@link #RETRY}.
 *
 * <p>Readers wait without a timeout of their own, and the watcher has one for all: for a virtual thread, a timed wait
 * costs several times an untimed one.
 */
public final class SharedCheck implements Freshness {
    private static final Logger LOG = LoggerFactory.getLogger(SharedCheck.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Check check;
    private final Duration deadline;
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> next = new AtomicReference<>();
    private final LoopThread checker;
    private final LoopThread watcher;

    private volatile @Nullable CompletableFuture<Boolean> running;
    /** When the operation under way began ({@link System#nanoTime()}), or 0 while there is none. */
    private volatile long operationStart;

    private volatile boolean available = true;
    private volatile boolean closed;

    /**
     * Starts checking.
     *
     * @param check what looks at the volume
     * @param deadline how long one operation of the check may take
     */
    public SharedCheck(Check check, Duration deadline) {
        this.check = check;
        this.deadline = deadline;
        this.checker = new LoopThread("volume-check", RETRY, this::checkOrWait);
        this.watcher = new LoopThread("volume-watch", RETRY, this::watch);
        checker.start();
        watcher.start();
    }

    @Override
    public boolean await() {
        return available && join().join();
    }

    @Override
    public void request() {
        if (available) {
            CompletableFuture<Boolean> _ = join();
        }
    }

    @Override
    public boolean isAvailable() {
        return available;
    }

    @Override
    public void close() {
        closed = true;
        release(running);
        release(next.getAndSet(null));
        checker.close();
        watcher.close();
    }

    /** The check that has not begun yet. Whoever makes it wakes the checker, which may be asleep. */
    private CompletableFuture<Boolean> join() {
        CompletableFuture<Boolean> waiting = next.get();
        while (waiting == null) {
            CompletableFuture<Boolean> made = new CompletableFuture<>();
            waiting = next.compareAndExchange(null, made);
            if (waiting == null) {
                waiting = made;
                checker.wake();
            }
        }
        if (closed) {
            release(waiting);
        }
        return waiting;
    }

    private void checkOrWait() {
        CompletableFuture<Boolean> round = next.getAndSet(null);
        if (round == null && available) {
            LockSupport.park(this);
            return;
        }
        running = round;
        boolean succeeded = false;
        try {
            succeeded = checkOnce();
        } finally {
            running = null;
            if (round != null) {
                round.complete(succeeded);
            }
        }
        if (!succeeded) {
            LockSupport.parkNanos(this, RETRY.toNanos());
        }
    }

    private boolean checkOnce() {
        try {
            progress();
            check.run(this::progress);
            operationStart = 0;
            turn(true, "", null);
            return true;
        } catch (IOException e) {
            operationStart = 0;
            turn(false, e.toString(), null);
            return false;
        } catch (Throwable e) { // a fault of this program; the next check may do without it
            operationStart = 0;
            turn(false, "the check failed", e);
            return false;
        }
    }

    private void progress() {
        operationStart = Math.max(1, System.nanoTime());
    }

    private void watch() {
        LockSupport.parkNanos(this, deadline.toNanos() / 8);
        long start = operationStart;
        if (start != 0 && System.nanoTime() - start > deadline.toNanos()) {
            turn(false, "no answer within " + deadline.toMillis() + " ms", null);
            release(running);
            checker.wake(); // had the check ended just now, nobody else would wake it
        }
        if (!available) {
            release(next.getAndSet(null));
        }
    }

    private static void release(@Nullable CompletableFuture<Boolean> round) {
        if (round != null) {
            round.complete(false);
        }
    }

    private synchronized void turn(boolean nowAvailable, String reason, @Nullable Throwable fault) {
        if (available != nowAvailable) {
            available = nowAvailable;
            if (nowAvailable) {
                LOG.info("The storage answers again.");
            } else {
                LOG.warn("The storage does not answer; the image at hand is served until it does: {}", reason, fault);
            }
        }
    }
}
