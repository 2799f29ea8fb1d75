package io.latestimage.store;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** As many lanes as uploads may be under way at once. The one used last is taken first, so that idle threads end. */
final class VolumeWorkerPool {
    private final ConcurrentLinkedDeque<VolumeWorker> free = new ConcurrentLinkedDeque<>();
    /** One permit for each free lane. Fair: a newcomer does not overtake those who wait. */
    private final Semaphore permits;

    private volatile boolean closed;

    /**
     * Makes them.
     *
     * @param deadline of one operation on the volume
     * @param volume makes a view of the volume for each
     */
    VolumeWorkerPool(int count, Duration deadline, Supplier<Volume> volume) {
        permits = new Semaphore(count, true);
        for (int i = count; i > 0; i--) {
            free.push(new VolumeWorker("volume-upload-" + i, deadline, volume.get()));
        }
    }

    /**
     * A lane, as soon as there is a free one. Waiters are served first in, first out.
     *
     * @return null if none is free for so long
     */
    @Nullable
    VolumeWorker take(Duration patience) {
        try {
            return permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS) ? free.pop() : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    void putBack(VolumeWorker lane) {
        free.push(lane);
        permits.release();
        if (closed) {
            closeFree();
        }
    }

    /** Ends the threads of the free lanes; those of the others when they are put back. */
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
