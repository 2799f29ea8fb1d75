package io.latestimage;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a state that is certain to come, however slow the machine. */
final class Await {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(1);

    private Await() {}

    /** Looks again and again until it is so; fails where it does not come to be. */
    static void until(String state, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within %d s: %s".formatted(DEADLINE.toSeconds(), state));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
