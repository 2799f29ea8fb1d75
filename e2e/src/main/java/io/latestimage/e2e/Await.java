package io.latestimage.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Waits for states that are not this program's: of machines, clusters and services.
 *
 * @param limit far longer than it should take; a wait that ends here has failed
 * @param poll between two probes
 */
public record Await(Duration limit, Duration poll) {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int MOST_SHOWN = 2_000;

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** Finds out how something is now. */
    @FunctionalInterface
    public interface Probe<T> {
        T get() throws Exception;
    }

    /** A wait of at most this long. */
    public static Await atMost(Duration limit) {
        return new Await(limit, POLL);
    }

    /** The same with another interval, for probes that cost something, such as a process each. */
    public Await every(Duration newPoll) {
        return new Await(limit, newPoll);
    }

    /**
     * Returns as soon as the condition holds. Whatever the condition throws ends the wait.
     *
     * @param state what the condition says, for the message when it never does
     * @return how long it took
     */
    public static Duration until(String state, Duration atMost, Condition condition) throws Exception {
        return atMost(atMost).until(state, condition);
    }

    /** The same, of this wait. */
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
     * Returns what the probe finds, as soon as that is what is wanted. A probe that throws an {@link IOException} has
     * found nothing yet: what it asks may be away for a while. Anything else that it throws ends the wait.
     *
     * @param state what is waited for; when it never comes, the message says this and what the probe saw last
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

    /** Lets a load go on; what is judged is what it sees meanwhile, and not how long this is. */
    public static void pass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
}
