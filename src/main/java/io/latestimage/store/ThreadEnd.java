package io.latestimage.store;

import java.time.Duration;

/** Waits for threads to end when the store is closed: containers complain of those that outlive their application. */
final class ThreadEnd {
    /** For so long at most: a thread may hang with the volume. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    private ThreadEnd() {}

    static void await(Thread thread) {
        try {
            boolean _ = thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
