package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Await;
import java.time.Duration;
import java.util.function.Predicate;

/** Waits for states of the cluster and of its releases. */
final class States {
    /** To ask takes a process, and the machine may have little to spare. */
    private static final Duration POLL = Duration.ofMillis(500);

    private States() {}

    /**
     * Returns as soon as the probe finds what is wanted; one that fails has found nothing yet.
     *
     * @param seconds far longer than it should take
     * @param state what is waited for, for the message when it does not come
     * @return how long it took
     */
    static <T> Duration await(int seconds, String state, Await.Probe<T> probe, Predicate<? super T> wanted)
            throws Exception {
        long begun = System.nanoTime();
        Await.atMost(Duration.ofSeconds(seconds)).every(POLL).value(state, probe, wanted);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** The same for what either is or is not. */
    static Duration await(int seconds, String state, Await.Probe<Boolean> probe) throws Exception {
        return await(seconds, state, probe, holds -> holds);
    }
}
