package io.latestimage.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one image of this service: read through {@link #current()}, replaced through {@link #upload()}. */
public final class ImageStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    private static final int ATTEMPTS = 4;
    private static final Duration PAUSE = Duration.ofMillis(5);
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

    private final Volume volume;
    private final Spool spool;
    private final CommitLock commitLock;
    private final Sweeper sweeper;
    private final Freshness freshness;
    private final Lanes lanes;
    private final Duration placePatience;
    private final long maxImageSize;

    private volatile @Nullable Snapshot latest;
    /** Of the check's thread: what {@link #latest} was made of, or null where that is not certain. */
    private @Nullable FileIdentity identity;

    private boolean prepared;

    /**
     * Opens the store; does not wait for the volume.
     *
     * @param freshness makes what decides when the volume is looked at, {@link SharedCheck} but in tests
     */
    public ImageStore(Options options, Function<Freshness.Check, Freshness> freshness) {
        this.volume = new Volume(options.imageDir());
        this.spool = new Spool(options.spoolDir(), options.spoolSize());
        this.maxImageSize = options.maxImageSize();
        Duration patience = options.uploadTimeout().dividedBy(2);
        this.commitLock = new CommitLock(volume, patience, this::isAvailable);
        this.lanes = new Lanes(options.maxUploads(), options.storageTimeout());
        Duration sixth = options.uploadTimeout().dividedBy(6);
        this.placePatience = sixth.compareTo(LONGEST_WAIT) < 0 ? sixth : LONGEST_WAIT;
        this.sweeper = new Sweeper(volume, options.uploadTimeout().plus(patience));
        this.freshness = freshness.apply(this::check);
        this.freshness.request();
    }

    /** What there is to answer a reader with. Close it when done. */
    public sealed interface Current extends AutoCloseable {
        @Override
        void close();

        /**
         * An image.
         *
         * @param snapshot held for the reader until this is closed
         * @param stale whether the storage does not answer, so that there may be a newer one
         */
        record Image(Snapshot snapshot, boolean stale) implements Current {
            @Override
            public void close() {
                snapshot.release();
            }
        }

        /** There is none yet. */
        record None() implements Current {
            @Override
            public void close() {}
        }

        /** The storage does not answer, and there is no copy at hand. */
        record Unknown() implements Current {
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
        if (latest != null) {
            freshness.request();
            return currentIf(isAvailable());
        }
        return current();
    }

    private Current currentIf(boolean fresh) {
        Snapshot snapshot = latest;
        while (snapshot != null && !snapshot.acquire()) {
            snapshot = latest; // replaced and let go of between the two
        }
        if (snapshot != null) {
            return new Current.Image(snapshot, !fresh);
        }
        return fresh ? new Current.None() : new Current.Unknown();
    }

    /**
     * Begins to replace the image: makes sure that the volume answers, and changes nothing yet. Waits for a while where
     * as many uploads as allowed are under way.
     *
     * @throws StorageException if that does not help, or the volume does not answer
     */
    public Upload upload() throws StorageException {
        if (freshness.await()) {
            Lane lane = lanes.take(placePatience);
            if (lane != null) {
                return new Upload(this, lane);
            } else if (isAvailable()) {
                throw new StorageException.Busy();
            }
        }
        throw new StorageException.Unavailable("the storage does not answer", null);
    }

    private boolean isAvailable() {
        return freshness.isAvailable();
    }

    @Override
    public void close() {
        lanes.close();
        freshness.close();
        sweeper.close();
    }

    /**
     * Looks, and looks again before it takes a failure for an outage, or an image for gone: a shared file system may
     * say so for a moment of a file that is being replaced. An NFS client, for one, puts aside what it replaces and has
     * open, before it renames.
     */
    private void check(Runnable progress) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                look(progress, attempt == ATTEMPTS || latest == null);
                return;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                LOG.debug("Looking again", e);
                LockSupport.parkNanos(attempt * PAUSE.toNanos());
                progress.run();
            }
        }
    }

    private void look(Runnable progress, boolean mayBeGone) throws IOException {
        if (!prepared) {
            volume.create();
            spool.create();
            prepared = true;
        }
        FileIdentity found;
        try (FileChannel _ = volume.open()) {
            progress.run();
            found = volume.identify();
        } catch (NoSuchFileException e) {
            progress.run();
            if (!mayBeGone || !volume.confirmAbsence()) {
                throw e;
            }
            replaceSnapshot(null);
            return;
        }
        if (!found.equals(identity)) {
            load(found, progress);
        }
    }

    /**
     * Copies the image. The open file is certain to be the one of the attributes if these were the same before and
     * after it was opened. While it is being replaced all the time, a copy of which that is not certain does for once:
     * it is no older than this call.
     */
    private void load(FileIdentity before, Runnable progress) throws IOException {
        FileIdentity earlier = before;
        for (int attempt = 1; ; attempt++) {
            progress.run();
            try (FileChannel file = volume.open()) {
                progress.run();
                FileIdentity found = volume.identify();
                boolean certain = found.equals(earlier);
                if (certain || attempt == ATTEMPTS) {
                    Optional<Snapshot> copy = spool.copy(file, certain ? found.modified() : null, progress);
                    if (copy.isEmpty()) {
                        LOG.warn("The file {} in the volume is not an image of a known type", Volume.IMAGE);
                    }
                    replaceSnapshot(copy.orElse(null));
                    identity = certain ? found : null;
                    return;
                }
                earlier = found;
            }
        }
    }

    private void replaceSnapshot(@Nullable Snapshot snapshot) {
        Snapshot before = latest;
        latest = snapshot;
        identity = null;
        if (before != null) {
            spool.retire(before);
        }
    }

    /** The hash of what is on the volume now, read from there; for use by a lane that holds the lock. */
    Optional<String> readHash(Runnable progress) throws IOException {
        try (FileChannel file = volume.open()) {
            return Optional.of(Digest.hash(file, progress));
        } catch (NoSuchFileException e) {
            if (!volume.confirmAbsence()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** Something has happened to the volume that readers should not be the first to find out. */
    void lookAgain() {
        freshness.request();
    }

    void putBack(Lane lane) {
        lanes.putBack(lane);
    }

    Volume volume() {
        return volume;
    }

    CommitLock commitLock() {
        return commitLock;
    }

    long maxImageSize() {
        return maxImageSize;
    }
}
