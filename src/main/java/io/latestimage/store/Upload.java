package io.latestimage.store;

import io.latestimage.image.Fingerprint;
import io.latestimage.image.ImageFormat;
import io.latestimage.image.ImageVersion;
import io.latestimage.store.ManifestRecord.Image;
import io.latestimage.store.StoreFailure.EmptyImage;
import io.latestimage.store.StoreFailure.ImageTooLarge;
import io.latestimage.store.StoreFailure.OutcomeUnknown;
import io.latestimage.store.StoreFailure.UnknownImageFormat;
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
 * Writes a new image to the volume. {@link #commit} replaces the image, all at once or not at all. If an upload is
 * closed without a commit, nothing of it remains. For use by one thread.
 *
 * <pre>
 *   write ... write   commit: force the file → check its length → force the folder → publish → delete the old file
 *   └ a locked file with a unique name ───────────────────────────────────────────┘└ the image
 * </pre>
 */
public final class Upload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private enum State {
        OPEN,
        /** The record may have been written, so the image may have changed. */
        COMMITTING,
        /** The upload does not replace the image, even if the storage answers again. */
        ABANDONED
    }

    private final VolumeWorkerPool workers;
    private final VolumeWorker worker;
    private final Publisher publisher;
    private final Freshness freshness;
    private final long maxImageSize;
    private final Fingerprint fingerprint = new Fingerprint();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    /** Only the worker uses it. */
    private @Nullable VolumeFile file;
    /** The name of the file, once it may exist. Only the worker uses it. */
    private @Nullable String name;
    /** The name that the file will have, once the format is known. Only the caller's thread uses it. */
    private @Nullable String unique;
    /** Whether the worker may still hang in an operation. Only the caller's thread uses it. */
    private boolean missedDeadline;

    /**
     * Begins an upload.
     *
     * @param worker acquired from the pool, and released when this is closed
     * @param freshness is asked for a revalidation after a commit or a failure
     * @param maxImageSize in bytes
     */
    Upload(VolumeWorkerPool workers, VolumeWorker worker, Publisher publisher, Freshness freshness, long maxImageSize) {
        this.workers = workers;
        this.worker = worker;
        this.publisher = publisher;
        this.freshness = freshness;
        this.maxImageSize = maxImageSize;
    }

    /**
     * Appends to the image. The first call should bring at least {@link ImageFormat#PREFIX_SIZE} bytes, or the whole
     * image.
     *
     * @param bytes all remaining bytes are written
     * @throws StoreException as soon as the image is certain to be rejected, or if the volume fails or misses its
     *     deadline
     */
    public void write(ByteBuffer bytes) throws StoreException {
        fingerprint.update(bytes.duplicate());
        if (fingerprint.size() > maxImageSize) {
            throw new StoreException(new ImageTooLarge(maxImageSize));
        }
        String fileName = unique;
        if (fileName == null) {
            ImageFormat format = fingerprint.format().orElseThrow(() -> new StoreException(new UnknownImageFormat()));
            fileName = "image-%s.%s".formatted(UUID.randomUUID().toString().replace("-", ""), format.extension());
            unique = fileName;
        }
        String created = fileName;
        onWorker(volume -> {
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
     * Replaces the image with what was written. When this returns, every reader on every replica gets the new image,
     * and it survives a power failure.
     *
     * @param condition must hold for the image that is replaced. It gets the SHA-256 of that image in hexadecimal
     *     digits, or empty if there is no image. No other publication happens between the test and the replacement.
     * @throws StoreException if nothing was written, the condition does not hold, or the volume fails. With
     *     {@link OutcomeUnknown}, the volume failed in the step that cannot be undone.
     */
    public ImageVersion commit(Predicate<Optional<String>> condition) throws StoreException {
        ImageVersion version = fingerprint.finish().orElseThrow(() -> new StoreException(new EmptyImage()));
        Optional<ManifestRecord> before = onWorker(volume -> {
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
            throw new IOException("the upload has no file");
        }
        written.force();
        long size = written.size();
        if (size != version.size()) {
            throw new IOException("the volume has only %d of %d bytes".formatted(size, version.size()));
        }
        return written;
    }

    private final class Step implements Publisher.DecisiveStep {
        @Override
        public void begin() throws IOException {
            if (!state.compareAndSet(State.OPEN, State.COMMITTING)) {
                throw new IOException("the upload has been abandoned");
            }
        }

        @Override
        public void undo() {
            state.set(State.ABANDONED);
        }
    }

    /**
     * Runs a task that does not change the result of the upload. So a failure is only logged; a file that stays is an
     * orphan, which the sweeper removes.
     */
    private void cleanUp(VolumeWorker.Task<Boolean> task) {
        try {
            boolean _ = worker.run(task);
        } catch (IOException | StoreException e) {
            LOG.debug("A file stays until the sweeper removes it", e);
        } catch (IllegalStateException e) {
            LOG.error("Unexpected error. A file stays until the sweeper removes it.", e);
        } catch (TimeoutException e) {
            missedDeadline = true;
        }
    }

    private <T> T onWorker(VolumeWorker.Task<T> task) throws StoreException {
        try {
            return worker.run(task);
        } catch (TimeoutException e) {
            missedDeadline = true;
            freshness.request();
            throw abandon() ? StoreException.ofMissedDeadline(e) : StoreException.ofUnknownOutcome(e);
        } catch (IOException e) {
            StoreException failure = abandon() ? StoreException.ofVolume(e) : StoreException.ofUnknownOutcome(e);
            LOG.warn("An upload failed: {} ({})", failure.getMessage(), e.toString());
            freshness.request();
            throw failure;
        }
    }

    /**
     * Prevents the worker from publishing. It may still be running: an interrupted caller does not wait for its end.
     *
     * @return whether the upload is certain not to replace the image
     */
    private boolean abandon() {
        return state.compareAndSet(State.OPEN, State.ABANDONED) || state.get() == State.ABANDONED;
    }

    /**
     * Removes what is left of the upload. Waits for that, so that nothing of a rejected upload remains when the client
     * gets the response. If the volume hangs, the worker removes it, and is released, when the volume answers again.
     */
    @Override
    public void close() {
        abandon();
        if (missedDeadline) {
            worker.runLater(this::removeRest);
        } else {
            cleanUp(this::removeRest);
        }
        if (missedDeadline) {
            worker.runLater(_ -> {
                workers.release(worker);
                return true;
            });
        } else {
            workers.release(worker);
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
            publisher.drafts().remove(unpublished); // from now on the sweeper of this process may remove the file
        }
    }
}
