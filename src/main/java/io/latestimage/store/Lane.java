package io.latestimage.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One platform thread for one upload at a time to use the volume on. The caller waits with a deadline for each
 * operation; an operation that misses it goes on blocking the lane, and nothing else.
 */
final class Lane {
    private final Duration deadline;
    private final ThreadPoolExecutor thread;
    /** When the operation under way began ({@link System#nanoTime()}), or 0 while there is none. */
    private volatile long operationStart;

    Lane(String name, Duration deadline) {
        this.deadline = deadline;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name).factory());
        thread.allowCoreThreadTimeOut(true);
    }

    /** Something to do with the volume. */
    @FunctionalInterface
    interface Task {
        /**
         * Does it.
         *
         * @param progress to be called between operations on the volume
         */
        void run(Runnable progress) throws IOException, RejectedImageException;
    }

    /**
     * Runs a task and waits for it.
     *
     * @throws TimeoutException if an operation takes longer than the deadline; the task may still be running
     */
    void run(Task task) throws IOException, RejectedImageException, TimeoutException {
        Future<?> result = thread.submit(() -> {
            progress();
            try {
                task.run(this::progress);
            } finally {
                operationStart = 0;
            }
            return null;
        });
        while (true) {
            try {
                result.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException e) {
                long start = operationStart;
                if (start == 0 ? !result.isDone() : System.nanoTime() - start >= deadline.toNanos()) {
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

    /** Runs this after all else, whenever the volume lets it, and waits for nothing. */
    void runLater(Runnable task) {
        thread.execute(task);
    }

    /** Ends the thread, which has nothing to do. */
    void close() {
        thread.shutdown();
        try {
            boolean _ = thread.awaitTermination(LoopThread.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void progress() {
        operationStart = Math.max(1, System.nanoTime());
    }
}
