package io.latestimage.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One platform thread for one upload at a time to use the volume on. The caller waits with a deadline for each
 * operation; an operation that misses it goes on blocking the lane, and nothing else.
 */
final class VolumeWorker {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeWorker.class);

    private final Duration deadline;
    private final Volume volume;
    private final ThreadPoolExecutor pool;
    /** The thread of the pool, or its last one; null where it has had none yet. */
    private volatile @Nullable Thread thread;

    /**
     * A thread.
     *
     * @param deadline of one operation on the volume
     * @param volume as this thread alone uses it
     */
    VolumeWorker(String name, Duration deadline, Volume volume) {
        this.deadline = deadline;
        this.volume = volume;
        ThreadFactory factory = Thread.ofPlatform().daemon().name(name).factory();
        this.pool = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread made = factory.newThread(task);
            thread = made;
            return made;
        });
        pool.allowCoreThreadTimeOut(true);
    }

    /** Something to do with the volume. */
    @FunctionalInterface
    interface Task<T> {
        /** Does it. */
        T run(Volume volume) throws IOException, RejectedImageException;
    }

    /**
     * Runs a task and waits for it.
     *
     * @throws TimeoutException if an operation takes longer than the deadline; the task may still be running
     */
    <T> T run(Task<T> task) throws IOException, RejectedImageException, TimeoutException {
        Future<T> result = pool.submit(() -> task.run(volume));
        while (true) {
            try {
                return result.get(deadline.minus(volume.clock().elapsed()).toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (volume.clock().elapsed().compareTo(deadline) >= 0) {
                    throw e;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for the storage", e);
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case IOException io -> throw io;
                    case RejectedImageException rejected -> throw rejected;
                    case null, default -> throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Runs a task after all others, whenever the volume lets it, and waits for nothing. */
    void runLater(Task<?> task) {
        pool.execute(() -> {
            try {
                task.run(volume);
            } catch (IOException | RejectedImageException e) {
                LOG.debug("Failed, and nobody waits for it", e);
            }
        });
    }

    /**
     * Ends the thread, which has nothing to do. Of its own the pool says that it has ended while the thread still does.
     */
    void close() {
        pool.shutdown();
        Thread last = thread;
        try {
            boolean _ = last == null || last.join(RepeatingThread.PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
