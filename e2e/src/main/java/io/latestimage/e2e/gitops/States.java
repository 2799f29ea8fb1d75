package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Await;
import java.time.Duration;
import java.util.function.Predicate;

/** Waits for states of the cluster and of its releases. */
final class States {
    /** Each probe starts a process, and the machine may be slow. */
    private static final Duration POLL = Duration.ofMillis(500);

    private States() {}

    /**
     * Probes until a value is the wanted one. If a probe fails, the wait goes on.
     *
     * @param seconds the longest wait, far longer than it should take
     * @param state the awaited state, for the message if it is not reached in time
     * @return how long the wait took
     */
    static <T> Duration await(int seconds, String state, Await.Probe<T> probe, Predicate<? super T> wanted)
            throws Exception {
        long begun = System.nanoTime();
        Await.atMost(Duration.ofSeconds(seconds)).every(POLL).value(state, probe, wanted);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Probes until the value is true. */
    static Duration await(int seconds, String state, Await.Probe<Boolean> probe) throws Exception {
        return await(seconds, state, probe, holds -> holds);
    }
}
