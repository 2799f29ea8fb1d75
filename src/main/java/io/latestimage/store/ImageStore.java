package io.latestimage.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/** The one image of this service: read through {@link #current()}, replaced through {@link #upload()}. */
public final class ImageStore implements AutoCloseable {
    /** Of an upload, for its turn: shorter than a connection may be idle while a body is expected. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /**
     * What the store works with.
     *
     * @param imageDir the folder on the shared volume
     * @param spoolDir a local folder for private copies
     * @param spoolSize how much copies of replaced images may take, in bytes
     * @param maxImageSize the largest image that is taken, in bytes
     * @param maxUploads how many uploads may be under way at once
     * @param storageTimeout the deadline of one operation on the volume
     * @param uploadTimeout how long an upload may take until its last byte. Of that, it may wait 10 s or a sixth,
     *     whichever is less, for others to end where there are too many; and after that, half as long for others to put
     *     theirs in place
     */
    public record Options(
            Path imageDir,
            Path spoolDir,
            long spoolSize,
            long maxImageSize,
            int maxUploads,
            Duration storageTimeout,
            Duration uploadTimeout) {}

    private final Publisher publisher;
    private final Revalidator revalidator;
    private final OrphanSweeper sweeper;
    private final Freshness freshness;
    private final VolumeWorkerPool lanes;
    private final Duration placePatience;
    private final long maxImageSize;
    private final Supplier<Volume> volumes;
    private final Duration storageTimeout;

    /**
     * Opens the store; does not wait for the volume.
     *
     * @param freshness makes what decides when the volume is looked at, {@link SharedRevalidation} but in tests
     */
    public ImageStore(Options options, Function<Freshness.Check, Freshness> freshness) {
        this(options, freshness, OperationClock::new);
    }

    /**
     * Opens the store.
     *
     * @param clocks makes what measures the operations of one thread on the volume
     */
    ImageStore(Options options, Function<Freshness.Check, Freshness> freshness, Supplier<OperationClock> clocks) {
        this.volumes = () -> new Volume(options.imageDir(), clocks.get());
        this.maxImageSize = options.maxImageSize();
        this.storageTimeout = options.storageTimeout();
        this.publisher = new Publisher(options.uploadTimeout().dividedBy(2), this::isStorageAvailable);
        this.lanes = new VolumeWorkerPool(options.maxUploads(), options.storageTimeout(), volumes);
        Duration sixth = options.uploadTimeout().dividedBy(6);
        this.placePatience = sixth.compareTo(LONGEST_WAIT) < 0 ? sixth : LONGEST_WAIT;
        this.revalidator =
                new Revalidator(volumes.get(), publisher, new Spool(options.spoolDir(), options.spoolSize()));
        this.freshness = freshness.apply(revalidator);
        this.freshness.request();
        this.sweeper = new OrphanSweeper(volumes.get(), publisher, revalidator::file, options.storageTimeout());
        this.sweeper.start();
    }

    /** What there is to answer a reader with. Close it when done. */
    public sealed interface Current extends AutoCloseable {
        @Override
        void close();

        /** Whether it is certain that there is nothing newer, and if not, why. */
        Freshness.Result freshness();

        /**
         * An image.
         *
         * @param snapshot held for the reader until this is closed
         */
        record Image(Snapshot snapshot, Freshness.Result freshness) implements Current {
            @Override
            public void close() {
                snapshot.release();
            }
        }

        /** There is none yet. */
        record None() implements Current {
            @Override
            public Freshness.Result freshness() {
                return Freshness.Result.FRESH;
            }

            @Override
            public void close() {}
        }

        /**
         * There is no copy at hand.
         *
         * @param freshness never {@link Freshness.Result#FRESH}
         */
        record Unknown(Freshness.Result freshness) implements Current {
            @Override
            public void close() {}
        }
    }

    /**
     * The image as it was when this was called, or newer; waits until that is certain or the storage is known to be
     * down.
     */
    public Current current() {
        return currentIf(freshness.await());
    }

    /** The image at hand, or else as {@link #current()}; has the volume looked at in any case. */
    public Current atHand() {
        if (revalidator.latest() != null) {
            freshness.request();
            return currentIf(freshness.latest());
        }
        return current();
    }

    /** What keeps this replica from taking over the image, in a few plain words, while something does. */
    public String fault() {
        return freshness.fault();
    }

    private Current currentIf(Freshness.Result result) {
        Snapshot snapshot = revalidator.latest();
        while (snapshot != null && !snapshot.acquire()) {
            snapshot = revalidator.latest(); // replaced and let go of between the two
        }
        if (snapshot != null) {
            return new Current.Image(snapshot, result);
        }
        return result == Freshness.Result.FRESH ? new Current.None() : new Current.Unknown(result);
    }

    /**
     * Begins to replace the image: makes sure that the volume answers, and changes nothing yet. Waits for a while where
     * as many uploads as allowed are under way. A fault of this replica does not prevent it.
     *
     * @throws StorageException if that does not help, or the volume does not answer
     */
    public Upload upload() throws StorageException {
        if (freshness.await() != Freshness.Result.STORAGE_UNAVAILABLE) {
            VolumeWorker lane = lanes.take(placePatience);
            if (lane != null) {
                return new Upload(lanes, lane, publisher, freshness, maxImageSize);
            } else if (isStorageAvailable()) {
                throw new StorageException.Busy();
            }
        }
        throw new StorageException.Unavailable("the storage does not answer", null);
    }

    private boolean isStorageAvailable() {
        return freshness.latest() != Freshness.Result.STORAGE_UNAVAILABLE;
    }

    @Override
    public void close() {
        lanes.close();
        freshness.close();
        sweeper.close();
        // On a thread that may hang with the volume: nothing else may, at the end.
        VolumeWorker last = new VolumeWorker("volume-close", storageTimeout, volumes.get());
        last.runLater(_ -> {
            revalidator.close();
            return true;
        });
        last.close();
    }
}
