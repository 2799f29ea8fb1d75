package io.latestimage.store;

import java.io.IOException;

/** Decides whether what is known of the volume is recent enough to be answered with. */
public interface Freshness extends AutoCloseable {
    /**
     * Waits until the volume has been checked by a check that began after this call, or is known not to answer.
     *
     * @return whether the volume was checked; if not, what is at hand may be outdated
     */
    boolean await();

    /** Asks for a check soon, and does not wait for it. */
    void request();

    /** Whether the last that was heard of the volume was an answer. */
    boolean isAvailable();

    @Override
    void close();

    /** Looks at the volume and takes over what it finds; runs on one platform thread, which it may block. */
    @FunctionalInterface
    interface Check {
        /**
         * Looks once.
         *
         * @param progress to be called between operations on the volume, each of which has a deadline of its own
         * @throws IOException if the volume does not answer as it should
         */
        void run(Runnable progress) throws IOException;
    }
}
