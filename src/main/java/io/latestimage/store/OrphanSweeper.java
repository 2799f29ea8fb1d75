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
 * Removes what a process that died has left in the volume: the file of an upload, or an image that had been replaced.
 * An upload has its file locked from its first byte on, so a file that is not locked and not the image is nobody's. The
 * manifest is locked meanwhile: nothing becomes the image, and what is the image stays it.
 *
 * <p>Between the creation of a file and its lock an upload is not recognised as one. So a file must have been seen by
 * the sweep before as well, which is longer ago than an upload waits for one operation.
 */
final class OrphanSweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweeper.class);
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);

    private final Volume volume;
    private final Publisher publisher;
    private final Supplier<Optional<String>> image;
    private final Duration interval;
    private final RepeatingThread thread;
    private Set<String> seen = new HashSet<>();

    /**
     * A sweeper, which {@link #start} starts.
     *
     * @param image the file of the image as far as it is known, which need not be looked at
     * @param deadline of one operation on the volume
     */
    OrphanSweeper(Volume volume, Publisher publisher, Supplier<Optional<String>> image, Duration deadline) {
        this.volume = volume;
        this.publisher = publisher;
        this.image = image;
        Duration twice = deadline.multipliedBy(2);
        this.interval = twice.compareTo(SHORTEST_INTERVAL) > 0 ? twice : SHORTEST_INTERVAL;
        this.thread = new RepeatingThread("volume-sweep", interval, this::sweepAndWait);
    }

    /** Sweeps now, and then at an interval. */
    void start() {
        thread.start();
    }

    private void sweepAndWait() {
        try {
            sweep();
        } catch (IOException | RejectedImageException e) {
            LOG.debug("Not swept", e);
        }
        long end = System.nanoTime() + interval.toNanos();
        while (!thread.isClosed() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, end - System.nanoTime());
        }
    }

    /** Removes the orphans that the last sweep saw as well. */
    void sweep() throws IOException, RejectedImageException {
        Set<String> found = new HashSet<>(volume.list());
        found.removeIf(name -> !OwnFiles.match(name));
        Set<String> suspects = new HashSet<>(found);
        suspects.retainAll(seen);
        seen = found;
        image.get().ifPresent(suspects::remove); // most often nothing is left, and no lock is needed
        if (!suspects.isEmpty()) {
            publisher.locked(volume, (_, content) -> {
                Optional<ManifestRecord> current = content.current();
                if (current.isPresent()) { // else nothing tells which file is the image
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
            LOG.debug("Gone by itself: {}", name);
            return;
        }
        if (orphan) { // deleted when closed: an NFS client puts a file aside that is open when it is deleted
            volume.delete(name);
            LOG.info("Removed {}, left behind by a process that ended during an upload", name);
        }
    }

    @Override
    public void close() {
        thread.close();
    }

    /** What the store itself has put into the volume; other files are left alone. */
    static final class OwnFiles {
        private static final Pattern IMAGE = Pattern.compile("image-[0-9a-f]{32}\\.[a-z]+");
        /** Of the layout before there was a manifest. */
        private static final Pattern OLD = Pattern.compile("image|\\.lock|\\.upload-.+");
        /** What an NFS client that lost its power had put aside, since it was open when it was deleted. */
        private static final Pattern PUT_ASIDE = Pattern.compile("\\.nfs[0-9a-f]{8,}");

        private OwnFiles() {}

        static boolean match(String name) {
            return Stream.of(IMAGE, OLD, PUT_ASIDE)
                    .anyMatch(pattern -> pattern.matcher(name).matches());
        }
    }
}
