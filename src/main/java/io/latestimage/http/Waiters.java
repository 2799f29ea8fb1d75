package io.latestimage.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that wait for another image. They take no thread; one thread serves all of them. It requests one
 * revalidation every {@link #INTERVAL} while anybody waits, and ends
 *
 * <pre>
 *   all whose image has been replaced or deleted          at once, also after a revalidation for other readers
 *   those whose time is over                              after the next revalidation, if it finds the same image
 *   those that began before an outage                     when the outage begins
 *   the rest, a few at a time                             while the replica drains
 * </pre>
 *
 * <p>So a wait whose time is over ends with a revalidation that began later. See
 * {@code docs/decisions/0018-waiting-for-another-image.md}.
 */
final class Waiters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Waiters.class);

    /** The time between two revalidations. With it, a client has an image of another replica within a second. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    /** The time between two rounds during a drain. */
    private static final Duration DRAIN_STEP = Duration.ofMillis(100);

    /** The pause after a round in which nobody waits. */
    static final long UNTIL_WOKEN = Long.MAX_VALUE;

    private static final Comparator<Waiter> BY_DEADLINE =
            Comparator.comparingLong(Waiter::deadline).thenComparingLong(Waiter::number);

    private final BooleanSupplier revalidate;
    private final Supplier<Optional<String>> tag;
    private final ReplicaState state;
    private final int most;
    private final DrainSchedule drain;
    private final LongSupplier nanoTime;
    private final long origin;
    private final ConcurrentSkipListSet<Waiter> waiting = new ConcurrentSkipListSet<>(BY_DEADLINE);
    private final AtomicInteger places = new AtomicInteger();
    private final AtomicLong numbers = new AtomicLong();
    private final Thread thread = Thread.ofVirtual().name("waiters").unstarted(this::loop);
    /** Whether the thread pauses until it is woken. */
    private volatile boolean asleep;

    private volatile boolean closed;
    /** When the next revalidation is due. Only the thread uses it. */
    private long nextRevalidation;

    /** A wait that has begun. */
    @FunctionalInterface
    interface Wait {
        /**
         * Ends the wait. Called once. It must return at once, because it runs on the thread of all.
         *
         * @param honoured whether the client got what it prefers: there is another image or none, or its time is over
         */
        void end(boolean honoured);
    }

    /** The waits are in the order of their deadlines; the number distinguishes those with the same one. */
    private record Waiter(String tag, boolean fresh, long deadline, long number, Wait begun) {}

    /**
     * Creates an instance; {@link #start} starts its thread.
     *
     * @param revalidate returns true after a revalidation that began after the call, and false during an outage
     * @param tag the SHA-256 of the image at the last revalidation; empty if there was no image
     * @param most how many requests may wait at the same time
     * @param drainTime how long the replica answers requests after it has begun to drain
     * @param nanoTime the clock; {@link System#nanoTime} except in tests
     */
    Waiters(
            BooleanSupplier revalidate,
            Supplier<Optional<String>> tag,
            ReplicaState state,
            int most,
            Duration drainTime,
            LongSupplier nanoTime) {
        this.revalidate = revalidate;
        this.tag = tag;
        this.state = state;
        this.most = most;
        this.drain = new DrainSchedule(drainTime);
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
    }

    void start() {
        thread.start();
    }

    /** The number of requests that wait. */
    int count() {
        return places.get();
    }

    /**
     * Lets a request wait, unless as many as allowed wait already or the replica drains.
     *
     * @param current the SHA-256 of the image that the client has
     * @param fresh whether there was no outage when the request arrived
     * @param time how long the client would wait
     * @param begin begins the wait. It is called only if the request may wait
     * @return whether the request waits
     */
    boolean add(String current, boolean fresh, Duration time, Supplier<Wait> begin) {
        if (closed || state.closesConnections() || !takePlace()) {
            return false;
        }
        boolean added = false;
        try {
            long deadline = now() + time.toNanos();
            added = waiting.add(new Waiter(current, fresh, deadline, numbers.incrementAndGet(), begin.get()));
        } finally {
            if (!added) {
                places.decrementAndGet();
            }
        }
        // The image may have been replaced since the request saw it, and the thread may have looked for such requests.
        if (asleep || isOutdated(current)) {
            wake();
        }
        if (closed) {
            endAll();
        }
        return true;
    }

    private boolean takePlace() {
        return places.getAndUpdate(taken -> taken < most ? taken + 1 : taken) < most;
    }

    /** Makes the thread check at once whether the image has been replaced. */
    void wake() {
        LockSupport.unpark(thread);
    }

    private void loop() {
        while (!closed) {
            try {
                long pause = round();
                if (pause == UNTIL_WOKEN) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, pause);
                }
            } catch (Throwable e) { // the next round may succeed
                LOG.error("Unexpected error. Requests that wait go on waiting.", e);
                LockSupport.parkNanos(this, INTERVAL.toNanos());
            }
        }
    }

    /**
     * Revalidates if that is due, and ends the waits that are due.
     *
     * @return the time until the next round, in nanoseconds; {@link #UNTIL_WOKEN} if nobody waits
     */
    long round() {
        asleep = false;
        long begun = now();
        boolean due = begun >= nextRevalidation && places.get() > 0;
        boolean outage = false;
        if (due) {
            nextRevalidation = begun + INTERVAL.toNanos();
            outage = !revalidate.getAsBoolean();
        }
        endOutdated();
        if (due) {
            endOverdue(begun);
        }
        if (outage) {
            endFresh();
        }
        boolean draining = state.closesConnections();
        if (draining) {
            endSome();
        }
        asleep = true; // set before the places are read: so a request that comes now is seen, or sees this
        if (places.get() == 0) {
            return UNTIL_WOKEN;
        }
        asleep = false;
        long pause = Math.max(0, nextRevalidation - now());
        return draining ? Math.min(pause, DRAIN_STEP.toNanos()) : pause;
    }

    private void endOutdated() {
        String current = tag.get().orElse("");
        for (Waiter waiter : waiting) {
            if (!waiter.tag().equals(current)) {
                end(waiter, true);
            }
        }
    }

    private boolean isOutdated(String current) {
        return !tag.get().orElse("").equals(current);
    }

    /** Ends the waits whose deadline was before this time. */
    private void endOverdue(long time) {
        for (Waiter waiter : waiting) {
            if (waiter.deadline() > time) {
                return;
            }
            end(waiter, true);
        }
    }

    /** Tells clients that an outage has begun. Those that came during it know, and wait until it may be over. */
    private void endFresh() {
        for (Waiter waiter : waiting) {
            if (waiter.fresh()) {
                end(waiter, false);
            }
        }
    }

    private void endSome() {
        long allowed = state.acceptsUploads() ? drain.allowed(now(), places.get()) : 0; // 0: the drain is over
        for (Waiter waiter : waiting) {
            if (places.get() <= allowed) {
                return;
            }
            end(waiter, false);
        }
    }

    private void end(Waiter waiter, boolean honoured) {
        if (waiting.remove(waiter)) {
            places.decrementAndGet();
            try {
                waiter.begun().end(honoured);
            } catch (RuntimeException e) {
                LOG.debug("The server has ended the request before its wait was over", e);
            }
        }
    }

    private void endAll() {
        waiting.forEach(waiter -> end(waiter, false));
    }

    private long now() {
        return nanoTime.getAsLong() - origin;
    }

    /** Ends all waits and the thread. */
    @Override
    public void close() {
        closed = true;
        wake();
        endAll();
    }
}
