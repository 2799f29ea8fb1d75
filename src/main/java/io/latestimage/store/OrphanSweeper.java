package io.latestimage.store;

import io.latestimage.store.ManifestRecord.Image;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes orphans: files that a process left on the volume when it died, such as the file of an upload or an image that
 * had been replaced. An upload keeps its file locked from the first byte on. So a file that is neither locked nor the
 * image is an orphan. The sweeper holds the lock of the manifest, so that the image does not change meanwhile.
 *
 * <p>Between creating a file and locking it, an upload cannot be recognised. So the sweeper removes a file only if the
 * previous sweep saw it, too. That sweep is longer ago than an upload waits for one operation. See
 * docs/decisions/0015-manifest-with-two-records.md.
 */
final class OrphanSweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweeper.class);

    private final Volume volume;
    private final Publisher publisher;
    private final Supplier<Optional<String>> image;
    private final Duration interval;
    private final RepeatingThread thread;
    private Set<String> seen = new HashSet<>();

    /**
     * Creates a sweeper; {@link #start} starts it.
     *
     * @param image the file of the image, if known; it is no suspect
     * @param interval time between two sweeps; longer than the operations that create and lock a file
     */
    OrphanSweeper(Volume volume, Publisher publisher, Supplier<Optional<String>> image, Duration interval) {
        this.volume = volume;
        this.publisher = publisher;
        this.image = image;
        this.interval = interval;
        this.thread = new RepeatingThread("volume-sweep", interval, this::sweepAndWait);
    }

    /** Sweeps now, and then at the interval. */
    void start() {
        thread.start();
    }

    private void sweepAndWait() {
        try {
            sweep();
        } catch (IOException | StoreException e) {
            LOG.debug("The sweep failed", e);
        }
        long end = System.nanoTime() + interval.toNanos();
        while (!thread.isClosed() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, end - System.nanoTime());
        }
    }

    /** Removes the orphans that the previous sweep saw, too. */
    void sweep() throws IOException, StoreException {
        Set<String> found = new HashSet<>(volume.list());
        found.removeIf(name -> !OwnFiles.match(name));
        Set<String> suspects = new HashSet<>(found);
        suspects.retainAll(seen);
        seen = found;
        image.get().ifPresent(suspects::remove); // usually no suspect remains, and no lock is needed
        if (!suspects.isEmpty()) {
            publisher.locked(volume, (_, content) -> {
                Optional<ManifestRecord> current = content.current();
                if (current.isPresent()) { // otherwise it is not known which file is the image
                    suspects.remove(current.get() instanceof Image record ? record.file() : "");
                    suspects.removeAll(publisher.drafts());
                    for (String name : suspects) {
                        removeUnlessLocked(name);
                    }
                }
                return true;
            });
        }
    }

    private void removeUnlessLocked(String name) throws IOException {
        boolean orphan;
        try (VolumeFile file = volume.openToWrite(name)) {
            orphan = file.tryLock();
        } catch (NoSuchFileException e) {
            LOG.debug("{} is already gone", name);
            return;
        }
        if (orphan) { // closed first: an NFS client only renames a file that is deleted while it is open
            volume.delete(name);
            LOG.info("Removed {}, which a process left behind when it ended during an upload", name);
        }
    }

    @Override
    public void close() {
        thread.close();
    }

    /** The names of files that the store creates. The sweeper ignores all other files. */
    static final class OwnFiles {
        private static final Pattern IMAGE = Pattern.compile("image-[0-9a-f]{32}\\.[a-z]+");
        /** The layout before there was a manifest. */
        private static final Pattern OLD = Pattern.compile("image|\\.lock|\\.upload-.+");
        /** An NFS client renames a file to this when it is deleted while open. After a power failure it remains. */
        private static final Pattern PUT_ASIDE = Pattern.compile("\\.nfs[0-9a-f]{8,}");

        private OwnFiles() {}

        static boolean match(String name) {
            return Stream.of(IMAGE, OLD, PUT_ASIDE)
                    .anyMatch(pattern -> pattern.matcher(name).matches());
        }
    }
}
