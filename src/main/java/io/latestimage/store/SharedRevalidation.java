package io.latestimage.store;

import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.ReplicaFault;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one revalidation at a time, however many readers wait. A revalidation serves the readers that arrived before it
 * began. All readers that arrive while it runs share the next one:
 *
 * <pre>
 *   readers         a b    c d e     f
 *   revalidations   [ 1  ][ 2      ][ 3 ]      1 for a; 2 for b; 3 for c, d and e; 4 for f
 * </pre>
 *
 * <p>Revalidations run on one platform thread, because a volume that hangs blocks the thread in a native call. A second
 * thread watches for operations that miss the deadline. It then releases the waiting readers, which get the cached
 * image. From then on no reader waits until a revalidation succeeds: either the one that hangs, when the volume answers
 * again, or one of the retries, every {@link #RETRY}.
 *
 * <p>Readers wait without a timeout of their own; the watching thread keeps one deadline for all. For a virtual thread,
 * a timed wait costs several times as much as an untimed one. See docs/decisions/0001-shared-revalidation.md.
 */
public final class SharedRevalidation implements Freshness {
    private static final Logger LOG = LoggerFactory.getLogger(SharedRevalidation.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    /**
     * How long the next revalidation is delayed when many readers arrive, so that more of them share it: waking threads
     * costs more than the revalidation itself. This is the shortest possible wait; on Linux it takes about 50 µs.
     */
    private static final Duration GATHERING = Duration.ofNanos(1);

    /**
     * The result for waiting readers if a revalidation ends without any other, for example because memory is exhausted.
     */
    private static final Optional<Outage> UNEXPECTED = Optional.of(new ReplicaFault("an unexpected error occurred"));

    private final Revalidation revalidation;
    private final Duration deadline;
    private final AtomicReference<@Nullable CompletableFuture<Optional<Outage>>> next = new AtomicReference<>();
    private final RepeatingThread revalidationThread;
    private final RepeatingThread watchingThread;

    private volatile @Nullable CompletableFuture<Optional<Outage>> running;
    private volatile Optional<Outage> latest = Optional.empty();
    private volatile boolean closed;
    /** Whether several readers shared the last revalidation. Only the revalidation thread uses it. */
    private boolean crowded;

    /**
     * Starts both threads.
     *
     * @param revalidation what is run
     * @param deadline how long one operation of a revalidation may take
     */
    public SharedRevalidation(Revalidation revalidation, Duration deadline) {
        this.revalidation = revalidation;
        this.deadline = deadline;
        this.revalidationThread = new RepeatingThread("volume-revalidate", RETRY, this::revalidateOrWait);
        this.watchingThread = new RepeatingThread("volume-watch", RETRY, this::watch);
        revalidationThread.start();
        watchingThread.start();
    }

    @Override
    public Optional<Outage> await() {
        Optional<Outage> before = latest;
        return before.isEmpty() ? join().join() : before;
    }

    @Override
    public void request() {
        if (latest.isEmpty()) {
            CompletableFuture<Optional<Outage>> _ = join();
        }
    }

    @Override
    public Optional<Outage> latest() {
        return latest;
    }

    @Override
    public void close() {
        closed = true; // set before the threads end: that may take a while, and no reader should wait for it
        releaseAll();
        revalidationThread.close();
        watchingThread.close();
    }

    /**
     * The revalidation that has not begun yet. The first reader creates it and wakes the thread, which may be parked.
     */
    private CompletableFuture<Optional<Outage>> join() {
        CompletableFuture<Optional<Outage>> waiting = next.get();
        while (waiting == null) {
            CompletableFuture<Optional<Outage>> made = new CompletableFuture<>();
            waiting = next.compareAndExchange(null, made);
            if (waiting == null) {
                waiting = made;
                revalidationThread.wake();
            }
        }
        if (closed) {
            release(waiting, Optional.of(new StorageUnavailable()));
        }
        return waiting;
    }

    private void revalidateOrWait() {
        if (crowded && next.get() != null) {
            LockSupport.parkNanos(this, GATHERING.toNanos());
        }
        CompletableFuture<Optional<Outage>> round = next.getAndSet(null);
        if (round == null && latest.isEmpty()) {
            LockSupport.park(this);
            return;
        }
        running = round;
        crowded = round != null && round.getNumberOfDependents() > 1;
        Optional<Outage> result = UNEXPECTED;
        try {
            result = revalidate();
        } finally {
            running = null;
            release(round, result);
        }
        if (result.isPresent()) {
            LockSupport.parkNanos(this, RETRY.toNanos());
        }
    }

    private Optional<Outage> revalidate() {
        try {
            revalidation.run();
            return succeed();
        } catch (StoreException e) {
            return fail(e);
        } catch (IOException e) {
            return fail(StoreException.ofVolume(e));
        } catch (Throwable e) { // the next revalidation may succeed
            return fail(StoreException.ofUnexpected(e));
        }
    }

    private void watch() {
        LockSupport.parkNanos(this, deadline.toNanos() / 8);
        if (failIfTooLate()) {
            release(running, latest);
            revalidationThread.wake(); // if the revalidation has just ended, nobody else would wake the thread
        }
        Optional<Outage> result = latest;
        if (result.isPresent()) {
            release(next.getAndSet(null), result);
        }
    }

    private void releaseAll() {
        release(running, Optional.of(new StorageUnavailable()));
        release(next.getAndSet(null), Optional.of(new StorageUnavailable()));
    }

    private static void release(@Nullable CompletableFuture<Optional<Outage>> round, Optional<Outage> result) {
        if (round != null) {
            round.complete(result);
        }
    }

    private synchronized Optional<Outage> succeed() {
        if (latest.isPresent()) {
            latest = Optional.empty();
            LOG.info("The cached image is fresh again.");
        }
        return Optional.empty();
    }

    /** Under the lock of {@link #succeed}: a revalidation that succeeds just now has the last word. */
    private synchronized boolean failIfTooLate() {
        boolean tooLate = revalidation.elapsed().compareTo(deadline) > 0;
        if (tooLate) {
            String message = "no answer within " + deadline.toMillis() + " ms";
            Optional<Outage> _ = fail(new StoreException(new StorageUnavailable(), message, null));
        }
        return tooLate;
    }

    /** Logs each failure once while it lasts. */
    private synchronized Optional<Outage> fail(StoreException e) {
        Outage outage = e.failure() instanceof ReplicaFault fault ? fault : new StorageUnavailable();
        Optional<Outage> result = Optional.of(outage);
        if (!result.equals(latest)) {
            latest = result;
            switch (outage) {
                case StorageUnavailable _ ->
                    LOG.warn(
                            "The storage does not answer as it should. Readers get the cached image until it does: {}",
                            e.getMessage());
                case ReplicaFault _ ->
                    LOG.warn(
                            "This replica has a fault. Readers get the cached image until it is repaired: {}",
                            e.getMessage(),
                            e.getCause());
            }
        }
        return result;
    }
}
