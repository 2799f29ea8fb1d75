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
public final class SharedRevalidation implements Freshness {
    private static final Logger LOG = LoggerFactory.getLogger(SharedRevalidation.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    /**
     * Where many readers come, for how long the next check is put off, so that more of them share it: each check wakes
     * threads, which costs more than the check. The shortest wait that there is; Linux makes some 50 µs of it.
     */
    private static final Duration GATHERING = Duration.ofNanos(1);

    private final Check check;
    private final Duration deadline;
    private final AtomicReference<@Nullable CompletableFuture<Result>> next = new AtomicReference<>();
    private final RepeatingThread checker;
    private final RepeatingThread watcher;

    private volatile @Nullable CompletableFuture<Result> running;
    private volatile Result latest = Result.FRESH;
    private volatile String fault = "";
    private volatile boolean closed;
    /** Of the checker alone: whether several readers shared the last check. */
    private boolean crowded;

    /**
     * Starts checking.
     *
     * @param check what looks at the volume
     * @param deadline how long one operation of the check may take
     */
    public SharedRevalidation(Check check, Duration deadline) {
        this.check = check;
        this.deadline = deadline;
        this.checker = new RepeatingThread("volume-check", RETRY, this::checkOrWait);
        this.watcher = new RepeatingThread("volume-watch", RETRY, this::watch);
        checker.start();
        watcher.start();
    }

    @Override
    public Result await() {
        Result before = latest;
        return before == Result.FRESH ? join().join() : before;
    }

    @Override
    public void request() {
        if (latest == Result.FRESH) {
            CompletableFuture<Result> _ = join();
        }
    }

    @Override
    public Result latest() {
        return latest;
    }

    @Override
    public String fault() {
        return fault;
    }

    @Override
    public void close() {
        closed = true;
        release(running, Result.STORAGE_UNAVAILABLE);
        release(next.getAndSet(null), Result.STORAGE_UNAVAILABLE);
        checker.close();
        watcher.close();
    }

    /** The check that has not begun yet. Whoever makes it wakes the checker, which may be asleep. */
    private CompletableFuture<Result> join() {
        CompletableFuture<Result> waiting = next.get();
        while (waiting == null) {
            CompletableFuture<Result> made = new CompletableFuture<>();
            waiting = next.compareAndExchange(null, made);
            if (waiting == null) {
                waiting = made;
                checker.wake();
            }
        }
        if (closed) {
            release(waiting, Result.STORAGE_UNAVAILABLE);
        }
        return waiting;
    }

    private void checkOrWait() {
        if (crowded && next.get() != null) {
            LockSupport.parkNanos(this, GATHERING.toNanos());
        }
        CompletableFuture<Result> round = next.getAndSet(null);
        if (round == null && latest == Result.FRESH) {
            LockSupport.park(this);
            return;
        }
        running = round;
        crowded = round != null && round.getNumberOfDependents() > 1;
        Result result = Result.REPLICA_FAULT;
        try {
            result = checkOnce();
        } finally {
            running = null;
            if (round != null) {
                round.complete(result);
            }
        }
        if (result != Result.FRESH) {
            LockSupport.parkNanos(this, RETRY.toNanos());
        }
    }

    private Result checkOnce() {
        try {
            check.run();
            return turnFresh();
        } catch (ReplicaFaultException e) {
            return turnFaulty(e);
        } catch (IOException e) {
            return turnUnavailable(e.toString());
        } catch (Throwable e) { // the next check may do without it
            return turnFaulty(ReplicaFaultException.ofThrown(e));
        }
    }

    private void watch() {
        LockSupport.parkNanos(this, deadline.toNanos() / 8);
        if (check.elapsed().compareTo(deadline) > 0) {
            Result _ = turnUnavailable("no answer within " + deadline.toMillis() + " ms");
            release(running, Result.STORAGE_UNAVAILABLE);
            checker.wake(); // had the check ended just now, nobody else would wake it
        }
        Result result = latest;
        if (result != Result.FRESH) {
            release(next.getAndSet(null), result);
        }
    }

    private static void release(@Nullable CompletableFuture<Result> round, Result result) {
        if (round != null) {
            round.complete(result);
        }
    }

    private synchronized Result turnFresh() {
        if (latest != Result.FRESH) {
            latest = Result.FRESH;
            fault = "";
            LOG.info("The image at hand is fresh again.");
        }
        return Result.FRESH;
    }

    private synchronized Result turnUnavailable(String reason) {
        if (latest != Result.STORAGE_UNAVAILABLE) {
            latest = Result.STORAGE_UNAVAILABLE;
            fault = "";
            LOG.warn("The storage does not answer as it should; the image at hand is served until it does: {}", reason);
        }
        return Result.STORAGE_UNAVAILABLE;
    }

    /** Another fault than before is logged as well. */
    private synchronized Result turnFaulty(ReplicaFaultException e) {
        if (latest != Result.REPLICA_FAULT || !fault.equals(e.reason())) {
            latest = Result.REPLICA_FAULT;
            fault = e.reason();
            LOG.warn(
                    "This replica has a fault, and serves the image at hand until it is mended: {}",
                    e.getMessage(),
                    e.getCause());
        }
        return Result.REPLICA_FAULT;
    }
}
