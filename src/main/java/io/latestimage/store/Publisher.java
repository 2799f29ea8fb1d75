package io.latestimage.store;

import io.latestimage.image.ImageVersion;
import io.latestimage.store.ManifestRecord.Image;
import io.latestimage.store.StoreFailure.ConditionFailed;
import io.latestimage.store.StoreFailure.NoImage;
import io.latestimage.store.StoreFailure.StorageFull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes a complete file as the image, or that the image was deleted. Among all replicas, only one publication runs
 * at a time:
 *
 * <pre>
 *   open the manifest → lock it → read it → compare → is the file still there? → write a record → force → close
 *                       └ the old image ─────────────────────────────────────────┘└ either ┘└ the new image
 * </pre>
 *
 * <p>The record is written through the descriptor that holds the lock. So the NFS server fences a node that has lost
 * its lease: the node's write, or its first force, fails. See {@link ManifestLock} and
 * docs/decisions/0015-manifest-with-two-records.md.
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private final BooleanSupplier available;
    private final ManifestLock lock;
    private final Set<String> drafts = ConcurrentHashMap.newKeySet();

    /**
     * Creates the publisher of one process.
     *
     * @param patience the longest wait for other publications
     * @param available whether the volume answers; if it does not, waiting ends
     */
    Publisher(Duration patience, BooleanSupplier available) {
        this.available = available;
        this.lock = new ManifestLock(patience, available);
    }

    /**
     * A file to be published.
     *
     * @param file complete and forced, open and locked
     * @param version of the image in the file
     */
    record Draft(VolumeFile file, ImageVersion version) {}

    /** Held while this process has the manifest open to lock it. */
    Lock mutex() {
        return lock.mutex();
    }

    /** The names of the files that this process is writing and has not published. No other thread may open them. */
    Set<String> drafts() {
        return drafts;
    }

    /**
     * Publishes a draft.
     *
     * @param condition gets the SHA-256 of the current image, or empty if there is none
     * @param step is called when the decisive step begins
     * @return the record before
     * @throws StoreException if the condition does not hold; nothing has changed
     * @throws IOException if the volume fails, or another publication does not end. If the step had begun and was not
     *     undone, it is not certain whether the draft is the image.
     */
    Optional<ManifestRecord> publish(
            Volume volume, Draft draft, Predicate<Optional<String>> condition, DecisiveStep step)
            throws IOException, StoreException {
        return publishNext(volume, step, content -> {
            require(condition, content);
            draft.file().close(); // from here on, the lock of the manifest keeps the sweepers away from the file
            requireFile(volume, draft);
            return content.next(draft.file().name(), draft.version(), Instant.now());
        });
    }

    /**
     * Publishes that the image was deleted, with the parameters and failures of {@link #publish}.
     *
     * @return the record of the image that was deleted
     * @throws StoreException also if there is no image, whatever the condition
     */
    Optional<ManifestRecord> delete(Volume volume, Predicate<Optional<String>> condition, DecisiveStep step)
            throws IOException, StoreException {
        return publishNext(volume, step, content -> {
            if (sha256(content.current()).isEmpty()) {
                throw new StoreException(new NoImage());
            }
            require(condition, content);
            return content.nextDeleted(Instant.now());
        });
    }

    /** Decides, under the lock, which record follows. */
    @FunctionalInterface
    private interface Next {
        ManifestRecord after(Manifest content) throws IOException, StoreException;
    }

    private record Begun(ManifestRecord record, Optional<ManifestRecord> before) {}

    private Optional<ManifestRecord> publishNext(Volume volume, DecisiveStep step, Next next)
            throws IOException, StoreException {
        AtomicReference<@Nullable Begun> begun = new AtomicReference<>();
        try {
            return locked(volume, (manifest, content) -> {
                ManifestRecord record = next.after(content);
                Optional<ManifestRecord> before = content.current();
                step.begin();
                begun.set(new Begun(record, before));
                write(manifest, record, content.nextPosition());
                return before;
            });
        } catch (IOException e) {
            Begun failed = begun.get();
            if (failed != null) {
                switch (outcome(volume, failed.record())) {
                    case PUBLISHED -> {
                        LOG.info("A publication succeeded although an operation failed: {}", e.toString());
                        return failed.before();
                    }
                    case NOT_PUBLISHED -> {
                        // This error means that the storage has refused the write. After other errors, the write may
                        // still happen.
                        if (StoreException.ofVolume(e).failure() instanceof StorageFull) {
                            step.undo();
                        }
                    }
                    case UNKNOWN -> {}
                }
            }
            throw e;
        }
    }

    /** The step after which the image may have changed: writing the record. */
    @FunctionalInterface
    interface DecisiveStep {
        /** Called just before the step. It may throw to prevent the publication. */
        void begin() throws IOException;

        /** Called when the step has failed and is certain not to change the image. */
        default void undo() {}
    }

    private static void require(Predicate<Optional<String>> condition, Manifest content)
            throws IOException, StoreException {
        if (!condition.test(sha256(content.current()))) {
            throw new StoreException(new ConditionFailed());
        }
    }

    private static Optional<String> sha256(Optional<ManifestRecord> record) {
        return record.filter(Image.class::isInstance)
                .map(image -> ((Image) image).version().sha256());
    }

    /**
     * A node that was cut off loses its locks after a while. Then the sweeper of another replica may delete the file.
     */
    private static void requireFile(Volume volume, Draft draft) throws IOException {
        try (VolumeFile file = volume.open(draft.file().name())) {
            long size = file.size();
            if (size != draft.version().size()) {
                throw new IOException("the volume has only %d of the %d bytes of %s"
                        .formatted(size, draft.version().size(), file.name()));
            }
        }
    }

    /** Writes a record to the locked manifest. After an error it is not known whether the record was written. */
    static void write(VolumeFile manifest, ManifestRecord record, long position) throws IOException {
        manifest.write(ByteBuffer.wrap(record.bytes()), position);
        manifest.force();
    }

    private enum Outcome {
        PUBLISHED,
        NOT_PUBLISHED,
        UNKNOWN
    }

    /**
     * Whether the record is the current one although an operation failed. If it is, this writes the record once more,
     * so that it is certain to survive a power failure. That write changes nothing, even if it fails. An image's record
     * is unique, by the name of its file. If another replica wrote an equal record of a deletion, the image is deleted
     * as well.
     */
    private Outcome outcome(Volume volume, ManifestRecord record) {
        if (!available.getAsBoolean()) {
            return Outcome.UNKNOWN;
        }
        try {
            return locked(volume, (manifest, content) -> {
                Optional<ManifestRecord> current = content.current();
                if (current.equals(Optional.of(record))) {
                    write(manifest, record, content.currentPosition());
                    return Outcome.PUBLISHED;
                }
                // A record of a later generation may have followed this one. One of the same generation replaced it.
                return current.map(ManifestRecord::generation).orElse(0L) <= record.generation()
                        ? Outcome.NOT_PUBLISHED
                        : Outcome.UNKNOWN;
            });
        } catch (IOException | StoreException e) {
            return Outcome.UNKNOWN;
        }
    }

    /** Runs a task under the lock of the manifest, see {@link ManifestLock#run}. */
    <T> T locked(Volume volume, ManifestLock.Task<T> task) throws IOException, StoreException {
        return lock.run(volume, task);
    }

    /** Creates an empty manifest if there is none. */
    void createManifest(Volume volume) throws IOException {
        lock.createManifest(volume);
    }
}
