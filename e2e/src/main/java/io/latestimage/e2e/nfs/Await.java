package io.latestimage.e2e.nfs;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for states of other machines. */
final class Await {
    private static final Duration POLL = Duration.ofMillis(50);

    private Await() {}

    /** What is waited for. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Returns as soon as the condition holds.
     *
     * @param state what it says, for the message when it never does
     * @param atMost far longer than it should take
     * @return how long it took
     */
    static Duration until(String state, Duration atMost, Condition condition) throws Exception {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - begun > atMost.toNanos()) {
                throw new TimeoutException("not within %d s: %s".formatted(atMost.toSeconds(), state));
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Lets a load go on; what is judged is what it sees meanwhile, and not how long this is. */
    static void pass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
}
