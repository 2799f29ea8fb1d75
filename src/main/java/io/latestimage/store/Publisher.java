package io.latestimage.store;

import io.latestimage.image.ImageVersion;
import io.latestimage.store.ManifestRecord.Image;
import io.latestimage.store.StoreFailure.ConditionFailed;
import io.latestimage.store.StoreFailure.StorageFull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes a complete file as the image. Among all replicas, only one publication runs at a time:
 *
 * <pre>
 *   open the manifest → lock it → read it → compare → is the file still there? → write a record → force → close
 *                       └ the old image ─────────────────────────────────────────┘└ either ┘└ the new image
 * </pre>
 *
 * <p>The lock is a POSIX lock on the manifest itself, and the record is written through the descriptor that holds the
 * lock. So the NFS server fences a node that has lost its lease: the node's write, or its first force, fails. While one
 * process of a node has the manifest open for writing, other processes of that node read it from the cache; so each
 * attempt opens the manifest and closes it again. No attempt waits for the lock in the kernel: a Linux NFS client
 * waited for 30 s and longer when a notification was lost. See docs/decisions/0015-manifest-with-two-records.md.
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    /** Between two attempts to get the lock. The pause is random, so that replicas do not collide again and again. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(2);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    /** The longest wait for other threads of this process before testing again whether the volume answers. */
    private static final Duration MUTEX_WAIT = Duration.ofMillis(500);

    private final Duration patience;
    private final BooleanSupplier available;
    /** POSIX locks belong to the process, so its threads need a lock of their own. Fair: first in, first out. */
    private final ReentrantLock mutex = new ReentrantLock(true);

    private final Set<String> drafts = ConcurrentHashMap.newKeySet();

    /**
     * Creates the publisher of one process.
     *
     * @param patience the longest wait for other publications
     * @param available whether the volume answers; if it does not, waiting ends
     */
    Publisher(Duration patience, BooleanSupplier available) {
        this.patience = patience;
        this.available = available;
    }

    /**
     * A file to be published.
     *
     * @param file complete and forced, open and locked
     * @param version of the image in the file
     */
    record Draft(VolumeFile file, ImageVersion version) {}

    /** A task that uses the locked manifest. */
    @FunctionalInterface
    interface Task<T> {
        /** Runs the task. */
        T run(VolumeFile manifest, Manifest content) throws IOException, StoreException;
    }

    /** Held while this process has the manifest open to lock it. */
    Lock mutex() {
        return mutex;
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
     * @return the record of the image that was replaced
     * @throws StoreException if the condition does not hold; nothing has changed
     * @throws IOException if the volume fails, or another publication does not end. If the step had begun and was not
     *     undone, it is not certain whether the draft is the image.
     */
    Optional<ManifestRecord> publish(
            Volume volume, Draft draft, Predicate<Optional<String>> condition, DecisiveStep step)
            throws IOException, StoreException {
        AtomicReference<@Nullable Image> begun = new AtomicReference<>();
        try {
            return locked(volume, (manifest, content) -> {
                if (!condition.test(sha256(content.current()))) {
                    throw new StoreException(new ConditionFailed());
                }
                draft.file().close(); // from here on, the lock of the manifest keeps the sweepers away from the file
                requireFile(volume, draft);
                Image record = content.next(draft.file().name(), draft.version(), Instant.now());
                step.begin();
                begun.set(record);
                write(manifest, record, content.nextPosition());
                return content.current();
            });
        } catch (IOException e) {
            Image record = begun.get();
            if (record != null) {
                switch (outcome(volume, record)) {
                    case PUBLISHED -> {
                        LOG.info("A publication succeeded although an operation failed: {}", e.toString());
                        return Optional.empty();
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

        /** Called when the step has failed and the draft is certain not to become the image. */
        default void undo() {}
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
     * so that it is certain to survive a power failure. That write changes nothing, even if it fails.
     */
    private Outcome outcome(Volume volume, Image record) {
        if (!available.getAsBoolean()) {
            return Outcome.UNKNOWN;
        }
        try {
            return locked(volume, (manifest, content) -> {
                Optional<ManifestRecord> current = content.current();
                if (current.orElse(null) instanceof Image image && image.file().equals(record.file())) {
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

    /**
     * Runs a task under the lock of the manifest, which only one thread of all replicas holds at a time.
     *
     * @throws IOException if the volume fails, or others hold the lock for longer than the patience
     */
    <T> T locked(Volume volume, Task<T> task) throws IOException, StoreException {
        long end = System.nanoTime() + patience.toNanos();
        acquireMutex(end);
        try {
            while (true) {
                try (VolumeFile manifest = volume.openToWrite(Volume.MANIFEST)) {
                    if (manifest.tryLock()) {
                        return task.run(manifest, Manifest.read(manifest));
                    }
                }
                pause(end);
            }
        } finally {
            mutex.unlock();
        }
    }

    /** Creates an empty manifest if there is none. */
    void createManifest(Volume volume) throws IOException {
        acquireMutex(System.nanoTime() + patience.toNanos());
        try {
            volume.createManifest();
        } finally {
            mutex.unlock();
        }
    }

    private void acquireMutex(long end) throws IOException {
        try {
            while (!mutex.tryLock(MUTEX_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
                requirePatience(end);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void pause(long end) throws IOException {
        requirePatience(end);
        try {
            Thread.sleep(Duration.ofNanos(
                    ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE.toNanos(), LONGEST_PAUSE.toNanos())));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void requirePatience(long end) throws IOException {
        if (System.nanoTime() - end > 0 || !available.getAsBoolean()) {
            throw new IOException("gave up waiting until another upload has been published");
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while waiting for another upload", e);
    }
}
