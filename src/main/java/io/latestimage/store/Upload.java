package io.latestimage.store;

import io.latestimage.image.Fingerprint;
import io.latestimage.image.ImageFormat;
import io.latestimage.image.ImageVersion;
import io.latestimage.store.ManifestRecord.Image;
import io.latestimage.store.RejectedImageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new image on its way to the volume. It takes the place of the one before in {@link #commit}, all at once, or not at
 * all: closing it uncommitted leaves nothing of it. For use by one thread.
 *
 * <pre>
 *   write ... write   commit: force the file → check its length → force the folder → publish → delete the one before
 *   └ a file of a name of its own, locked ────────────────────────────────────────┘└ the image
 * </pre>
 */
public final class Upload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private enum State {
        OPEN,
        /** The record may be written: nobody can say that nothing has changed. */
        COMMITTING,
        /** The image stays as it is, even if the storage answers again. */
        ABANDONED
    }

    private final VolumeWorkerPool lanes;
    private final VolumeWorker lane;
    private final Publisher publisher;
    private final Freshness freshness;
    private final long maxImageSize;
    private final Fingerprint digest = new Fingerprint();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    /** Of the lane's thread alone. */
    private @Nullable VolumeFile file;
    /** Of the lane's thread alone: the name of the file, once it may exist. */
    private @Nullable String name;
    /** Of the caller's thread: the name that the file will have, once the format is known. */
    private @Nullable String unique;
    /** Of the caller's thread: whether an operation on the lane may still hang. */
    private boolean missedDeadline;

    /**
     * Begins an upload.
     *
     * @param lane taken from the lanes, and put back when this is closed
     * @param freshness is asked to look when something has happened to the volume
     * @param maxImageSize in bytes
     */
    Upload(VolumeWorkerPool lanes, VolumeWorker lane, Publisher publisher, Freshness freshness, long maxImageSize) {
        this.lanes = lanes;
        this.lane = lane;
        this.publisher = publisher;
        this.freshness = freshness;
        this.maxImageSize = maxImageSize;
    }

    /**
     * Appends to the image. The first call should bring at least {@link ImageFormat#PREFIX_SIZE} bytes, or all.
     *
     * @param bytes all that remain are taken
     * @throws RejectedImageException as soon as it is certain: too large, or of no known format
     * @throws StorageException if the volume does not take them in time
     */
    public void write(ByteBuffer bytes) throws RejectedImageException, StorageException {
        digest.update(bytes.duplicate());
        if (digest.size() > maxImageSize) {
            throw new RejectedImageException(Reason.TOO_LARGE);
        }
        String fileName = unique;
        if (fileName == null) {
            ImageFormat format = digest.format().orElseThrow(() -> new RejectedImageException(Reason.UNKNOWN_FORMAT));
            fileName = "image-%s.%s".formatted(UUID.randomUUID().toString().replace("-", ""), format.extension());
            unique = fileName;
        }
        String created = fileName;
        onLane(volume -> {
            VolumeFile open = file == null ? create(volume, created) : file;
            open.write(bytes);
            return true;
        });
    }

    private VolumeFile create(Volume volume, String newName) throws IOException {
        name = newName;
        publisher.drafts().add(newName);
        VolumeFile created = volume.createFile(newName);
        file = created;
        if (!created.tryLock()) {
            throw new IOException("another process has locked the new file " + newName);
        }
        return created;
    }

    /**
     * Makes what was written the image: on its return it is there for every reader on every replica, and survives a
     * power failure.
     *
     * @param condition what must hold of the image before: it gets its SHA-256 in hexadecimal digits, or empty where
     *     there is none. Nothing else is published between the comparison and this.
     * @throws RejectedImageException if nothing was written or the condition does not hold
     * @throws StorageException.OutcomeUnknown if the volume failed in the very step that cannot be taken back
     * @throws StorageException if the volume failed before
     */
    public ImageVersion commit(Predicate<Optional<String>> condition) throws RejectedImageException, StorageException {
        ImageVersion version = digest.finish().orElseThrow(() -> new RejectedImageException(Reason.EMPTY));
        Optional<ManifestRecord> before = onLane(volume -> {
            VolumeFile written = requireComplete(version);
            volume.forceFolder();
            return publisher.publish(volume, new Publisher.Draft(written, version), condition, new Step());
        });
        if (before.orElse(null) instanceof Image image) {
            cleanUp(volume -> volume.delete(image.file()));
        }
        freshness.request();
        return version;
    }

    private VolumeFile requireComplete(ImageVersion version) throws IOException {
        VolumeFile written = file;
        if (written == null) {
            throw new IOException("there is no file");
        }
        written.force();
        long size = written.size();
        if (size != version.size()) {
            throw new IOException("the volume has %d of %d bytes".formatted(size, version.size()));
        }
        return written;
    }

    private final class Step implements Publisher.DecisiveStep {
        @Override
        public void begin() throws IOException {
            if (!state.compareAndSet(State.OPEN, State.COMMITTING)) {
                throw new IOException("the upload was given up meanwhile");
            }
        }

        @Override
        public void takeBack() {
            state.set(State.ABANDONED);
        }
    }

    /**
     * Does what no longer changes what the upload comes to, so it must not fail for it. What is not deleted now is an
     * orphan, and swept.
     */
    private void cleanUp(VolumeWorker.Task<Boolean> task) {
        try {
            boolean _ = lane.run(task);
        } catch (IOException | RejectedImageException e) {
            LOG.debug("A file stays until it is swept", e);
        } catch (IllegalStateException e) {
            LOG.error("A fault of this program; a file stays until it is swept", e);
        } catch (TimeoutException e) {
            missedDeadline = true;
        }
    }

    private <T> T onLane(VolumeWorker.Task<T> task) throws RejectedImageException, StorageException {
        try {
            return lane.run(task);
        } catch (TimeoutException e) {
            missedDeadline = true;
            freshness.request();
            if (abandon()) {
                throw new StorageException.Unavailable("the volume missed its deadline", e);
            }
            throw new StorageException.OutcomeUnknown("the volume missed its deadline while it replaced the image", e);
        } catch (IOException e) {
            LOG.warn("An upload failed, since the storage did: {}", e.toString());
            freshness.request();
            if (abandon()) {
                throw StorageException.of(e);
            }
            throw new StorageException.OutcomeUnknown("the volume failed while it replaced the image", e);
        }
    }

    /**
     * Keeps the lane from publishing, where it may still be at it: an interrupted caller does not wait for its end.
     *
     * @return whether it is certain that nothing has changed, nor will
     */
    private boolean abandon() {
        return state.compareAndSet(State.OPEN, State.ABANDONED) || state.get() == State.ABANDONED;
    }

    /**
     * Removes what is left of the upload and waits for that, so that nothing of it remains once its rejection is
     * answered. If the volume hangs, that happens, and the lane is free again, whenever the volume lets it.
     */
    @Override
    public void close() {
        abandon();
        if (missedDeadline) {
            lane.runLater(this::removeRest);
        } else {
            cleanUp(this::removeRest);
        }
        if (missedDeadline) {
            lane.runLater(_ -> {
                lanes.putBack(lane);
                return true;
            });
        } else {
            lanes.putBack(lane);
        }
    }

    private boolean removeRest(Volume volume) throws IOException {
        String unpublished = name;
        if (unpublished != null) {
            try (VolumeFile _ = file) {
                LOG.trace("Closing {}", unpublished);
            } finally {
                removeDraft(volume, unpublished);
            }
        }
        return true;
    }

    private void removeDraft(Volume volume, String unpublished) throws IOException {
        try {
            if (state.get() != State.COMMITTING) {
                volume.delete(unpublished);
            }
        } finally {
            publisher.drafts().remove(unpublished); // now it is an orphan, also for the sweeper of this process
        }
    }
}
