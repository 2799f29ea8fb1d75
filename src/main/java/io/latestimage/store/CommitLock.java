package io.latestimage.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one replacement at a time compare the image and put its own in its place, among all replicas. Without it, two
 * that both expect the same image before them could both succeed, and one would be lost.
 *
 * <p>It is a POSIX lock (on NFS a lock on the server) on a file that exists only while somebody holds or waits for it.
 * The system frees it with its owner, so none is left behind by a process that was killed; at most the empty file is,
 * until the next replacement. Whoever gets the lock makes sure that the file is still the one of that name: the owner
 * before has deleted it, and somebody else may hold a newer one.
 */
final class CommitLock {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLock.class);
    private static final long PAUSE_MILLIS = 3;

    private final Volume volume;
    private final Duration patience;
    private final BooleanSupplier available;
    /** The JVM's own locks are no good between its threads: the second to ask gets an exception. */
    private final ReentrantLock local = new ReentrantLock();

    /**
     * A lock for this process and all others with the same volume.
     *
     * @param patience how long to wait for others before giving up
     * @param available whether the volume answers; if not, waiting ends
     */
    CommitLock(Volume volume, Duration patience, BooleanSupplier available) {
        this.volume = volume;
        this.patience = patience;
        this.available = available;
    }

    /**
     * Runs the task as the only one.
     *
     * @param progress is called while waiting, too: to wait for others is not to wait for the volume
     * @throws IOException where the volume fails, or others hold the lock for longer than it has patience
     */
    void run(Lane.Task task, Runnable progress) throws IOException, RejectedImageException {
        long end = System.nanoTime() + patience.toNanos();
        while (!local.tryLock()) {
            pause(end, progress);
        }
        try (FileChannel _ = acquire(end, progress)) {
            try {
                progress.run();
                task.run(progress);
            } finally {
                progress.run();
                deleteFile();
            }
        } finally {
            local.unlock();
        }
    }

    /** What is left of it is no harm: the next replacement finds it unlocked. */
    private void deleteFile() {
        try {
            volume.delete(Volume.LOCK);
        } catch (IOException e) {
            LOG.debug("The lock file stays", e);
        }
    }

    private FileChannel acquire(long end, Runnable progress) throws IOException {
        while (true) {
            FileChannel held = tryAcquire(progress);
            if (held != null) {
                return held;
            }
            pause(end, progress);
        }
    }

    private void pause(long end, Runnable progress) throws IOException {
        progress.run();
        if (System.nanoTime() - end > 0 || !available.getAsBoolean()) {
            throw new IOException("another upload does not end its replacement");
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /**
     * The inode found under the name before the file was opened and after it was locked is the locked one: an open
     * file's inode is not given to another, and a file opened between two looks that agree is what they looked at.
     */
    private @Nullable FileChannel tryAcquire(Runnable progress) throws IOException {
        FileChannel channel = null;
        try {
            volume.openLock().close();
            progress.run();
            Object before = volume.identify(Volume.LOCK).inode();
            progress.run();
            channel = volume.openLock();
            progress.run();
            FileLock lock = channel.tryLock();
            progress.run();
            if (lock != null && volume.identify(Volume.LOCK).inode().equals(before)) {
                FileChannel held = channel;
                channel = null;
                return held;
            }
        } catch (IOException e) {
            // Its owner has deleted it between two of these steps: try again.
            if (!(e instanceof NoSuchFileException) && !isStale(e)) {
                throw e;
            }
        } finally {
            if (channel != null) {
                channel.close();
            }
        }
        return null;
    }

    /**
     * What NFS says of a file that was found by its name and deleted before it was opened; the JDK has no type for it.
     */
    private static boolean isStale(IOException e) {
        return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("stale");
    }
}
