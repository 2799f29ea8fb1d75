package io.latestimage.store;

import io.latestimage.image.ImageVersion;
import io.latestimage.store.ManifestRecord.Image;
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
 * Makes a complete file the image, one publication at a time among all replicas:
 *
 * <pre>
 *   open the manifest → lock it → read it → compare → is the file still there? → write a record → force → close
 *                       └ the image before ──────────────────────────────────────┘└ either ┘└ the new image
 * </pre>
 *
 * <p>The lock is a POSIX lock on the manifest itself, and the record is written through the descriptor that holds it.
 * So the server fences a node that has lost its lease: its write, or its first force, fails. A manifest that one
 * process of a node has open for writing is not read anew by the others on that node, so it is open for the time of an
 * attempt only. No attempt waits for the lock in the kernel: a Linux NFS client was seen to wait for 30 s and longer
 * when a notification got lost.
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    /** Between two attempts to get the lock; with jitter, or replicas would meet again and again. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(2);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    /** How long to wait for others of this process before it is looked again whether the volume answers. */
    private static final Duration LONGEST_TURN = Duration.ofMillis(500);

    private final Duration patience;
    private final BooleanSupplier available;
    /** POSIX locks belong to the process: they are no good between its threads. Fair: first in, first out. */
    private final ReentrantLock mutex = new ReentrantLock(true);

    private final Set<String> drafts = ConcurrentHashMap.newKeySet();

    /**
     * Publishes for one process.
     *
     * @param patience how long to wait for others before giving up
     * @param available whether the volume answers; if not, waiting ends
     */
    Publisher(Duration patience, BooleanSupplier available) {
        this.patience = patience;
        this.available = available;
    }

    /**
     * What is to be published.
     *
     * @param file complete and forced, open and locked
     * @param version what is in it
     */
    record Draft(VolumeFile file, ImageVersion version) {}

    /** What is done with the manifest while it is locked. */
    @FunctionalInterface
    interface Task<T> {
        /** Does it. */
        T run(VolumeFile manifest, Manifest content) throws IOException, RejectedImageException;
    }

    /** Held whenever the manifest is open to be locked. */
    Lock mutex() {
        return mutex;
    }

    /** The names of files that this process writes and has not published yet. No other thread may open them. */
    Set<String> drafts() {
        return drafts;
    }

    /**
     * Publishes a draft.
     *
     * @param condition gets the SHA-256 of the image before, or empty where there is none
     * @param step is told when it begins
     * @return the record of the image before
     * @throws RejectedImageException if the condition does not hold; nothing has changed
     * @throws IOException if the volume fails, or others do not end. Where the step had begun and was not taken back,
     *     it is not certain whether the draft is the image.
     */
    Optional<ManifestRecord> publish(
            Volume volume, Draft draft, Predicate<Optional<String>> condition, DecisiveStep step)
            throws IOException, RejectedImageException {
        AtomicReference<@Nullable Image> begun = new AtomicReference<>();
        try {
            return locked(volume, (manifest, content) -> {
                if (!condition.test(sha256(content.current()))) {
                    throw new RejectedImageException(RejectedImageException.Reason.CONDITION_FAILED);
                }
                draft.file().close(); // it is no longer the lock of the file that keeps the sweepers off it
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
                        LOG.info("A publication failed at first, and was found to have happened: {}", e.toString());
                        return Optional.empty();
                    }
                    case NOT_PUBLISHED -> {
                        // An answer of the storage. After other errors the request may still be on its way.
                        if (StorageException.of(e) instanceof StorageException.Full) {
                            step.takeBack();
                        }
                    }
                    case UNKNOWN -> {}
                }
            }
            throw e;
        }
    }

    /** The step after which nobody can say that nothing has changed: to write the record. */
    @FunctionalInterface
    interface DecisiveStep {
        /** Is called just before; prevents the publication by throwing. */
        void begin() throws IOException;

        /** Is called when it has failed, and it is certain that the draft is not the image and will not be. */
        default void takeBack() {}
    }

    private static Optional<String> sha256(Optional<ManifestRecord> record) {
        return record.filter(Image.class::isInstance)
                .map(image -> ((Image) image).version().sha256());
    }

    /**
     * A node that was cut off for so long that it lost its locks may have lost the file to another replica's sweeper.
     */
    private static void requireFile(Volume volume, Draft draft) throws IOException {
        try (VolumeFile file = volume.open(draft.file().name())) {
            long size = file.size();
            if (size != draft.version().size()) {
                throw new IOException("the volume has %d of the %d bytes of %s"
                        .formatted(size, draft.version().size(), file.name()));
            }
        }
    }

    /** Writes a record to the locked manifest; after an error nobody knows whether it is there. */
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
     * After a failure: whether the record is the current one all the same. If so, it is written once more, which
     * changes nothing whatever comes of it, so that it is certain to survive a power failure.
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
                // A later one may have come after the record; one of its own generation came instead of it.
                return current.map(ManifestRecord::generation).orElse(0L) <= record.generation()
                        ? Outcome.NOT_PUBLISHED
                        : Outcome.UNKNOWN;
            });
        } catch (IOException | RejectedImageException e) {
            return Outcome.UNKNOWN;
        }
    }

    /**
     * Runs a task as the only one among all replicas.
     *
     * @throws IOException where the volume fails, or others hold the lock for longer than the patience
     */
    <T> T locked(Volume volume, Task<T> task) throws IOException, RejectedImageException {
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

    /** Makes an empty manifest where there is none. */
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
            while (!mutex.tryLock(LONGEST_TURN.toNanos(), TimeUnit.NANOSECONDS)) {
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
            throw new IOException("another upload does not end its publication");
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while waiting for another upload", e);
    }
}
