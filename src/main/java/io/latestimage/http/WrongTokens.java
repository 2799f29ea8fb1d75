package io.latestimage.http;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Counts requests with a wrong token, and decides when to log them: at most once per {@link #INTERVAL}, however many
 * clients send them. A line per request would let anyone fill the log.
 */
final class WrongTokens {
    /** The shortest time between two lines of the log. */
    static final Duration INTERVAL = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;
    private long count;
    private OptionalLong logged = OptionalLong.empty();

    /**
     * Creates an instance that all requests share.
     *
     * @param nanoTime the clock; {@link System#nanoTime} except in tests
     */
    WrongTokens(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Counts one request.
     *
     * @return the number of requests that the next line of the log stands for; empty if no line is due
     */
    synchronized OptionalLong add() {
        count++;
        long now = nanoTime.getAsLong();
        if (logged.isPresent() && now - logged.getAsLong() < INTERVAL.toNanos()) {
            return OptionalLong.empty();
        }
        logged = OptionalLong.of(now);
        long counted = count;
        count = 0;
        return OptionalLong.of(counted);
    }
}
