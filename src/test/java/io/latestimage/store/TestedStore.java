package io.latestimage.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** A store of one image in a folder, as the fault matrix uses it: the real one, or one that is known to be broken. */
interface TestedStore extends AutoCloseable {
    /**
     * The image.
     *
     * @throws IOException if the volume fails, or the image is not complete
     */
    Optional<byte[]> image() throws IOException;

    /**
     * Replaces the image. When this returns, the new image is acknowledged.
     *
     * @throws StoreException with {@link StoreFailure.OutcomeUnknown} if the image may have been replaced, or may still
     *     be replaced later; with any other failure if nothing has changed
     */
    void replace(byte[] image) throws IOException, StoreException;

    /**
     * Deletes the image. When this returns, the deletion is acknowledged.
     *
     * @throws StoreException as {@link #replace} does
     */
    default void delete() throws IOException, StoreException {
        throw new UnsupportedOperationException();
    }

    /** Waits until no change is in progress. Called when the volume answers again. */
    void awaitIdle() throws IOException;

    @Override
    void close();

    /** A way to store an image. */
    interface Kind {
        /** Opens a store, which uses the volume by these clocks only, one for each of its threads. */
        TestedStore open(Path folder, Supplier<OperationClock> clocks);

        /** Removes what processes that have ended left behind; there is none now that uses the folder. */
        void sweep(Path folder) throws IOException;
    }
}
