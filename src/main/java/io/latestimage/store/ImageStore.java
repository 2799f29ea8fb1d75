package io.latestimage.store;

import io.latestimage.image.ImageVersion;
import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import io.latestimage.store.StoreFailure.TooManyUploads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The one image of this service. {@link #current()} reads it, {@link #upload()} replaces it, {@link #delete} deletes
 * it. The volume has the image; readers get a private copy of it (docs/decisions/0002-mapped-private-copies.md).
 */
public final class ImageStore implements AutoCloseable {
    /**
     * The options of the store.
     *
     * @param imageDir folder on the shared volume
     * @param spoolDir local folder for private copies of the image
     * @param spoolSize most space for copies of replaced images, in bytes
     * @param maxImageSize largest image that the store accepts, in bytes
     * @param maxUploads most uploads and deletions at the same time
     * @param storageTimeout deadline of one operation on the volume
     * @param placeWait how long an upload waits for a place while {@code maxUploads} are in flight
     * @param lockWait how long an upload waits for the lock of the volume while other uploads are published
     * @param sweepInterval time between two sweeps of the volume; longer than the operations that create and lock a
     *     file
     */
    public record Options(
            Path imageDir,
            Path spoolDir,
            long spoolSize,
            long maxImageSize,
            int maxUploads,
            Duration storageTimeout,
            Duration placeWait,
            Duration lockWait,
            Duration sweepInterval) {}

    private final Publisher publisher;
    private final Revalidator revalidator;
    private final OrphanSweeper sweeper;
    private final Freshness freshness;
    private final VolumeWorkerPool workers;
    private final Duration placeWait;
    private final long maxImageSize;
    private final Supplier<Volume> volumes;
    private final Duration storageTimeout;

    /**
     * Opens the store; does not wait for the volume.
     *
     * @param freshness decides when to revalidate: {@link SharedRevalidation}, except in tests
     */
    public ImageStore(Options options, Function<Freshness.Revalidation, Freshness> freshness) {
        this(options, freshness, OperationClock::new);
    }

    /**
     * Opens the store.
     *
     * @param clocks makes a clock for each thread that uses the volume
     */
    ImageStore(
            Options options, Function<Freshness.Revalidation, Freshness> freshness, Supplier<OperationClock> clocks) {
        this.volumes = Volume.views(options.imageDir(), clocks);
        this.maxImageSize = options.maxImageSize();
        this.storageTimeout = options.storageTimeout();
        this.publisher = new Publisher(options.lockWait(), this::isStorageAvailable);
        this.workers = new VolumeWorkerPool(options.maxUploads(), options.storageTimeout(), volumes);
        this.placeWait = options.placeWait();
        this.revalidator =
                new Revalidator(volumes.get(), publisher, new Spool(options.spoolDir(), options.spoolSize()));
        this.freshness = freshness.apply(revalidator);
        this.freshness.request();
        this.sweeper = new OrphanSweeper(volumes.get(), publisher, revalidator::file, options.sweepInterval());
        this.sweeper.start();
    }

    /** What a reader gets. The reader closes it when done. */
    public sealed interface Current extends AutoCloseable {
        @Override
        void close();

        /** Why this may be outdated; empty if it is certain to be the latest. */
        Optional<Outage> outage();

        /**
         * There is an image.
         *
         * @param snapshot a copy, which the reader holds until this is closed
         */
        record Image(Snapshot snapshot, Optional<Outage> outage) implements Current {
            @Override
            public void close() {
                snapshot.release();
            }
        }

        /** There is no image. */
        record None() implements Current {
            @Override
            public Optional<Outage> outage() {
                return Optional.empty();
            }

            @Override
            public void close() {}
        }

        /**
         * There is no cached copy, and none can be made.
         *
         * @param reason why not
         */
        record Unavailable(Outage reason) implements Current {
            @Override
            public Optional<Outage> outage() {
                return Optional.of(reason);
            }

            @Override
            public void close() {}
        }
    }

    /**
     * The image as it was when this was called, or a newer one. Waits until that is certain or the storage is known not
     * to answer.
     */
    public Current current() {
        return currentIf(freshness.await());
    }

    /** The cached image, and requests a revalidation. If there is no cached image, the same as {@link #current()}. */
    public Current cached() {
        if (revalidator.latest() != null) {
            freshness.request();
            return currentIf(freshness.latest());
        }
        return current();
    }

    /** The cached image, without another revalidation: for a reader who has already waited for one. */
    public Current latest() {
        return currentIf(freshness.latest());
    }

    /** The version of the cached image; empty if there is none. Does not wait for a revalidation. */
    public Optional<ImageVersion> latestVersion() {
        Snapshot snapshot = revalidator.latest();
        return snapshot == null ? Optional.empty() : Optional.of(snapshot.version());
    }

    /**
     * Waits for a revalidation that begins after this call, unless the storage is known not to answer. Returns whether
     * the cached image is certain to be the latest.
     */
    public boolean revalidate() {
        return freshness.await().isEmpty();
    }

    /**
     * Sets what is called after each change of the cached image.
     *
     * @param listener returns at once: readers wait for the thread that calls it
     */
    public void onChange(Runnable listener) {
        revalidator.onChange(listener);
    }

    private Current currentIf(Optional<Outage> outage) {
        Snapshot snapshot = revalidator.latest();
        while (snapshot != null && !snapshot.acquire()) {
            snapshot = revalidator.latest(); // it was replaced and released in between
        }
        if (snapshot != null) {
            return new Current.Image(snapshot, outage);
        }
        return outage.<Current>map(Current.Unavailable::new).orElseGet(Current.None::new);
    }

    /**
     * Begins to replace the image. Makes sure that the volume answers, but changes nothing yet. Waits for a place if as
     * many uploads as allowed are in progress. A fault of this replica does not prevent an upload.
     *
     * @throws StoreException if no place becomes free in time, or the volume does not answer
     */
    public Upload upload() throws StoreException {
        return new Upload(beginChange(), publisher, maxImageSize);
    }

    /**
     * Deletes the image. When this returns, there is no image for any reader on any replica, and that survives a power
     * failure. Waits for a place, as {@link #upload} does.
     *
     * @param condition must hold for the image. It gets the SHA-256 of the image in hexadecimal digits.
     * @throws StoreException if there is no image, the condition does not hold, no place becomes free in time, or the
     *     volume fails. With {@link StoreFailure.OutcomeUnknown}, the volume failed in the step that cannot be undone.
     */
    public void delete(Predicate<Optional<String>> condition) throws StoreException {
        try (VolumeChange change = beginChange()) {
            change.publish((volume, step) -> publisher.delete(volume, condition, step));
        }
    }

    private VolumeChange beginChange() throws StoreException {
        if (isAvailable(freshness.await())) {
            VolumeWorker worker = workers.acquire(placeWait);
            if (worker != null) {
                return new VolumeChange(workers, worker, freshness);
            } else if (isStorageAvailable()) {
                throw new StoreException(new TooManyUploads());
            }
        }
        throw new StoreException(new StorageUnavailable());
    }

    private boolean isStorageAvailable() {
        return isAvailable(freshness.latest());
    }

    private static boolean isAvailable(Optional<Outage> outage) {
        return !outage.equals(Optional.of(new StorageUnavailable()));
    }

    @Override
    public void close() {
        workers.close();
        freshness.close();
        sweeper.close();
        // On a thread of its own: it may hang with the volume, and this method must not.
        VolumeWorker last = new VolumeWorker("volume-close", storageTimeout, volumes.get());
        last.runLater(_ -> {
            revalidator.close();
            return true;
        });
        last.close();
    }
}
