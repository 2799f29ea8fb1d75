package io.latestimage.http;

import java.time.Duration;

/**
 * How many requests may go on waiting during a drain: all at its beginning, fewer and fewer as time goes by, and none
 * for its last fifth. If all waits ended at once, the clients would come back at once, while load balancers still send
 * requests to this replica. For use by one thread.
 */
final class DrainSchedule {
    private static final int FIFTHS = 5;
    private static final int FIFTHS_OF_WAITING = 4;

    private final long nanos;
    private boolean begun;
    private long begin;
    private int waiters;

    DrainSchedule(Duration drainTime) {
        this.nanos = drainTime.dividedBy(FIFTHS).multipliedBy(FIFTHS_OF_WAITING).toNanos();
    }

    /**
     * How many requests may wait. The drain begins with the first call.
     *
     * @param now in nanoseconds
     * @param waiting how many wait now; only the first call uses it
     */
    long allowed(long now, int waiting) {
        if (!begun) {
            begun = true;
            begin = now;
            waiters = waiting;
        }
        long left = nanos - (now - begin);
        // In floating point, because the product may have more than 63 bits.
        return left <= 0 ? 0 : (long) Math.ceil((double) waiters * left / nanos);
    }
}
