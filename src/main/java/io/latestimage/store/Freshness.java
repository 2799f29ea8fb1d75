package io.latestimage.store;

import io.latestimage.store.StoreFailure.Outage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Decides whether the cached copy is recent enough to be served. */
public interface Freshness extends AutoCloseable {
    /**
     * Waits for a revalidation that began after this call, or until the volume is known not to answer.
     *
     * @return empty if the cached copy is the latest image; else why it may be outdated
     */
    Optional<Outage> await();

    /** Asks for a revalidation soon. Does not wait for it. */
    void request();

    /** The result of the last revalidation. Does not wait for another one. */
    Optional<Outage> latest();

    @Override
    void close();

    /** Reads the manifest and copies the image if it has changed. Runs on one platform thread, which it may block. */
    interface Revalidation {
        /**
         * Revalidates once.
         *
         * @throws IOException if the volume fails
         * @throws StoreException if this replica cannot copy the image that the volume has
         */
        void run() throws IOException, StoreException;

        /** How long the current operation on the volume has been running; zero if there is none. */
        Duration elapsed();
    }
}
