package io.latestimage.e2e;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * When a client's requests are due, however late its answers are: a load that waits with the service that it measures
 * would send least when there is most to see. All times are of {@link System#nanoTime()}.
 */
public final class Pace {
    /** How far a client may fall behind; what was due before is not made up for. */
    static final Duration MAX_LAG = Duration.ofSeconds(5);

    private final Duration interval;
    private final SplittableRandom random;
    private long due;

    /**
     * The first request is due within one and a half intervals.
     *
     * @param interval from when a request is due to when the next is, on average; half of it to one and a half, so that
     *     clients do not march in step
     */
    public Pace(Duration interval, SplittableRandom random, long now) {
        this.interval = interval;
        this.random = random;
        this.due = now + gap();
    }

    /** How long to wait until the request is due, in nanoseconds; nothing or less if it is overdue. */
    public long untilDue(long now) {
        return due - now;
    }

    /** The request has been answered; the next is due. */
    public void answered(long now) {
        due = now + Math.max(due + gap() - now, -MAX_LAG.toNanos());
    }

    private long gap() {
        return (long) (interval.toNanos() * (0.5 + random.nextDouble()));
    }
}
