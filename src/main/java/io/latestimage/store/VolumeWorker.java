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
 * One platform thread that uses the volume for one upload at a time. The caller waits for each operation up to a
 * deadline. An operation that misses the deadline blocks only this worker, until the operation returns.
 */
final class VolumeWorker {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeWorker.class);

    private final Duration deadline;
    private final Volume volume;
    private final ThreadPoolExecutor executor;
    /** The latest thread of the executor; null until it has one. */
    private volatile @Nullable Thread thread;

    /**
     * Creates a worker. Its thread starts with the first task.
     *
     * @param deadline of one operation on the volume
     * @param volume a view of the volume that only this worker uses
     */
    VolumeWorker(String name, Duration deadline, Volume volume) {
        this.deadline = deadline;
        this.volume = volume;
        ThreadFactory factory = Thread.ofPlatform().daemon().name(name).factory();
        this.executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread made = factory.newThread(task);
            thread = made;
            return made;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /** A task that uses the volume. */
    @FunctionalInterface
    interface Task<T> {
        /** Runs the task. */
        T run(Volume volume) throws IOException, StoreException;
    }

    /**
     * Runs a task and waits for it.
     *
     * @throws TimeoutException if an operation takes longer than the deadline; the task may still be running
     */
    <T> T run(Task<T> task) throws IOException, StoreException, TimeoutException {
        Future<T> result = executor.submit(() -> task.run(volume));
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
                    case StoreException failure -> throw failure;
                    case null, default -> throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Queues a task behind all others and does not wait for it. A volume that hangs delays it. */
    void runLater(Task<?> task) {
        executor.execute(() -> {
            try {
                task.run(volume);
            } catch (IOException | StoreException e) {
                LOG.debug("A task failed that nobody waits for", e);
            }
        });
    }

    /**
     * Ends the idle thread and waits until it has ended. The executor would report its end while the thread still runs.
     */
    void close() {
        executor.shutdown();
        Thread last = thread;
        try {
            boolean _ = last == null || last.join(RepeatingThread.PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
