package io.latestimage.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The lock of the manifest, which only one thread of all replicas holds at a time. It is a POSIX lock on the manifest
 * itself. While one process of a node has the manifest open for writing, other processes of that node read it from the
 * cache; so each attempt opens the manifest and closes it again. No attempt waits for the lock in the kernel: a Linux
 * NFS client waited for 30 s and longer when a notification was lost. See
 * docs/decisions/0015-manifest-with-two-records.md.
 */
final class ManifestLock {
    /** Between two attempts to get the lock. The pause is random, so that replicas do not collide again and again. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(2);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(20);

    /** The longest wait for other threads of this process before testing again whether the volume answers. */
    private static final Duration MUTEX_WAIT = Duration.ofMillis(500);

    private final Duration patience;
    private final BooleanSupplier available;
    /** POSIX locks belong to the process, so its threads need a lock of their own. Fair: first in, first out. */
    private final ReentrantLock mutex = new ReentrantLock(true);

    /**
     * Creates the lock of one process.
     *
     * @param patience the longest wait for other holders
     * @param available whether the volume answers; if it does not, waiting ends
     */
    ManifestLock(Duration patience, BooleanSupplier available) {
        this.patience = patience;
        this.available = available;
    }

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

    /**
     * Runs a task under the lock.
     *
     * @throws IOException if the volume fails, or others hold the lock for longer than the patience
     */
    <T> T run(Volume volume, Task<T> task) throws IOException, StoreException {
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
