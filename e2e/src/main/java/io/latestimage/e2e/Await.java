package io.latestimage.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a machine, a cluster or a service outside this program has reached a state.
 *
 * @param limit the longest wait, far longer than it should take; a wait that reaches this limit fails
 * @param poll the time between two probes
 */
public record Await(Duration limit, Duration poll) {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int MOST_SHOWN = 2_000;

    /** Checks whether the state has been reached. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** Reads the current state. */
    @FunctionalInterface
    public interface Probe<T> {
        T get() throws Exception;
    }

    /** A wait with this limit. */
    public static Await atMost(Duration limit) {
        return new Await(limit, POLL);
    }

    /** The same with another interval, for expensive probes, such as those that start a process each. */
    public Await every(Duration newPoll) {
        return new Await(limit, newPoll);
    }

    /**
     * Returns as soon as the condition holds. An exception from the condition ends the wait.
     *
     * @param state the awaited state, for the message if it is not reached in time
     * @return how long the wait took
     * @throws TimeoutException if the condition does not hold within the limit
     */
    public static Duration until(String state, Duration atMost, Condition condition) throws Exception {
        return atMost(atMost).until(state, condition);
    }

    /** The same with the limit and the interval of this wait. */
    public Duration until(String state, Condition condition) throws Exception {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            if (isOver(begun)) {
                throw new TimeoutException("not within %d s: %s".formatted(limit.toSeconds(), state));
            }
            pass(poll);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /**
     * Probes until a value is the wanted one, and returns that value. If a probe throws an {@link IOException}, the
     * wait goes on, because the probed service may be unavailable for a while. Any other exception ends the wait.
     *
     * @param state the awaited state, for the message if it is not reached in time; the message also has the last value
     * @throws TimeoutException if no value is the wanted one within the limit
     */
    public <T> T value(String state, Probe<T> probe, Predicate<? super T> wanted) throws Exception {
        long begun = System.nanoTime();
        while (true) {
            String seen;
            @Nullable IOException problem = null;
            try {
                T value = probe.get();
                if (wanted.test(value)) {
                    return value;
                }
                seen = String.valueOf(value);
            } catch (IOException e) {
                seen = String.valueOf(e.getMessage());
                problem = e;
            }
            if (isOver(begun)) {
                TimeoutException timeout = new TimeoutException(
                        "not within %d s: %s; seen last: %s".formatted(limit.toSeconds(), state, shortened(seen)));
                if (problem != null) {
                    timeout.initCause(problem);
                }
                throw timeout;
            }
            pass(poll);
        }
    }

    private boolean isOver(long begun) {
        return System.nanoTime() - begun > limit.toNanos();
    }

    private static String shortened(String text) {
        return text.length() <= MOST_SHOWN ? text : "…" + text.substring(text.length() - MOST_SHOWN);
    }

    /** Lets the load continue for this time. A verdict depends on what the load sees meanwhile, not on this time. */
    public static void pass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
}
