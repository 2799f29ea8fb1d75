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

    private final VolumeChange change;
    private final Publisher publisher;
    private final long maxImageSize;
    private final Fingerprint fingerprint = new Fingerprint();
    /** Only the worker uses it. */
    private @Nullable VolumeFile file;
    /** The name of the file, once it may exist. Only the worker uses it. */
    private @Nullable String name;
    /** The name that the file will have, once the format is known. Only the caller's thread uses it. */
    private @Nullable String unique;

    /**
     * Begins an upload.
     *
     * @param change closed when this is closed
     * @param maxImageSize in bytes
     */
    Upload(VolumeChange change, Publisher publisher, long maxImageSize) {
        this.change = change;
        this.publisher = publisher;
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
        change.run(volume -> {
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
     * What a commit has done.
     *
     * @param version of the new image
     * @param created whether there was no image before
     */
    public record Committed(ImageVersion version, boolean created) {}

    /**
     * Replaces the image with what was written. When this returns, every reader on every replica gets the new image,
     * and it survives a power failure.
     *
     * @param condition must hold for the image that is replaced. It gets the SHA-256 of that image in hexadecimal
     *     digits, or empty if there is no image. No other publication happens between the test and the replacement.
     * @throws StoreException if nothing was written, the condition does not hold, or the volume fails. With
     *     {@link OutcomeUnknown}, the volume failed in the step that cannot be undone.
     */
    public Committed commit(Predicate<Optional<String>> condition) throws StoreException {
        ImageVersion version = fingerprint.finish().orElseThrow(() -> new StoreException(new EmptyImage()));
        Optional<ManifestRecord> before = change.publish((volume, step) -> {
            VolumeFile written = requireComplete(version);
            volume.forceFolder();
            return publisher.publish(volume, new Publisher.Draft(written, version), condition, step);
        });
        return new Committed(version, before.filter(Image.class::isInstance).isEmpty());
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

    /**
     * Removes what is left of the upload. Waits for that, so that nothing of a rejected upload remains when the client
     * gets the response. If the volume hangs, the worker removes it, and is released, when the volume answers again.
     */
    @Override
    public void close() {
        change.abandon();
        change.cleanUp(this::removeRest);
        change.close();
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
            if (!change.mayHaveHappened()) {
                volume.delete(unpublished);
            }
        } finally {
            publisher.drafts().remove(unpublished); // from now on the sweeper of this process may remove the file
        }
    }
}
