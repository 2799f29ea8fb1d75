package io.latestimage.store;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One worker for each upload that may be in progress. The worker that was used last is acquired first, so that the
 * threads of the others can end (docs/decisions/0010-upload-admission-queue.md).
 */
final class VolumeWorkerPool {
    private final ConcurrentLinkedDeque<VolumeWorker> free = new ConcurrentLinkedDeque<>();
    /** One permit for each free worker. Fair: waiters are served first in, first out. */
    private final Semaphore permits;

    private volatile boolean closed;

    /**
     * Creates the workers.
     *
     * @param deadline of one operation on the volume
     * @param volume makes a view of the volume for each worker
     */
    VolumeWorkerPool(int count, Duration deadline, Supplier<Volume> volume) {
        permits = new Semaphore(count, true);
        for (int i = count; i > 0; i--) {
            free.push(new VolumeWorker("volume-upload-" + i, deadline, volume.get()));
        }
    }

    /**
     * Acquires a worker, waiting for a free one. Waiters are served first in, first out.
     *
     * @param patience the longest wait
     * @return null if no worker becomes free in that time
     */
    @Nullable
    VolumeWorker acquire(Duration patience) {
        try {
            return permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS) ? free.pop() : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Returns a worker that was acquired. */
    void release(VolumeWorker worker) {
        free.push(worker);
        permits.release();
        if (closed) {
            closeFree();
        }
    }

    /** Closes the free workers now, and each of the others when it is released. */
    void close() {
        closed = true;
        closeFree();
    }

    private void closeFree() {
        while (permits.tryAcquire()) {
            free.pop().close();
        }
    }
}
