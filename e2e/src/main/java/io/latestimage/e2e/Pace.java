package io.latestimage.e2e;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Says when the next request of a client is due. Late answers do not move that time: otherwise the load would send the
 * fewest requests while the service is slowest (coordinated omission). All times are those of
 * {@link System#nanoTime()}.
 */
public final class Pace {
    /** How far a client may fall behind. Requests that were due earlier are not sent. */
    static final Duration MAX_LAG = Duration.ofSeconds(5);

    private final Duration interval;
    private final SplittableRandom random;
    private long due;

    /**
     * Creates a pace. The first request is due within one and a half intervals.
     *
     * @param interval the average time between two requests. Each time is drawn from 0.5 to 1.5 intervals, so that the
     *     clients do not send in step.
     */
    public Pace(Duration interval, SplittableRandom random, long now) {
        this.interval = interval;
        this.random = random;
        this.due = now + gap();
    }

    /** How long to wait until the next request is due, in nanoseconds; zero or less if it is overdue. */
    public long untilDue(long now) {
        return due - now;
    }

    /** Records that the request was answered, and chooses when the next one is due. */
    public void answered(long now) {
        due = now + Math.max(due + gap() - now, -MAX_LAG.toNanos());
    }

    private long gap() {
        return (long) (interval.toNanos() * (0.5 + random.nextDouble()));
    }
}
