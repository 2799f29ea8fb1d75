package io.latestimage.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** The one way in which tests wait: for a state. A slow machine makes them wait longer, and does not make them fail. */
public final class Await {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(2);

    private Await() {}

    /** Returns as soon as the condition holds; fails if that takes more than 30 s. */
    public static void until(String state, Callable<Boolean> condition) throws Exception {
        until(state, DEADLINE, condition);
    }

    /**
     * Returns as soon as the condition holds.
     *
     * @param state what is awaited, for the message if it never comes
     * @param atMost far longer than it should take
     */
    public static void until(String state, Duration atMost, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within %d s: %s".formatted(atMost.toSeconds(), state));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
