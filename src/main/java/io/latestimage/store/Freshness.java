package io.latestimage.store;

import java.io.IOException;
import java.time.Duration;

/** Decides whether what is known of the volume is recent enough to be answered with. */
public interface Freshness extends AutoCloseable {
    /** What a look at the volume has come to. */
    enum Result {
        /** What is at hand is the image. */
        FRESH,
        /** The storage does not answer: what is at hand may be outdated. */
        STORAGE_UNAVAILABLE,
        /** This replica could not take over what the volume has: what is at hand may be outdated. */
        REPLICA_FAULT
    }

    /** Waits until the volume has been checked by a check that began after this call, or is known not to answer. */
    Result await();

    /** Asks for a check soon, and does not wait for it. */
    void request();

    /** What the last check has come to, without waiting for another. */
    Result latest();

    /** What the fault is, in a few plain words, while the last check has come to {@link Result#REPLICA_FAULT}. */
    default String fault() {
        return "";
    }

    @Override
    void close();

    /** Looks at the volume and takes over what it finds; runs on one platform thread, which it may block. */
    interface Check {
        /**
         * Looks once.
         *
         * @throws IOException if the volume does not answer as it should, or this replica has a fault
         */
        void run() throws IOException;

        /** How long the operation on the volume has been running that is under way; zero if none is. */
        Duration elapsed();
    }
}
