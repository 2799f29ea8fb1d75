package io.latestimage.store;

import java.time.Duration;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** As many lanes as uploads may be under way at once. The one used last is taken first, so that idle threads end. */
final class Lanes {
    private final BlockingDeque<Lane> free = new LinkedBlockingDeque<>();
    private volatile boolean closed;

    /**
     * Makes them.
     *
     * @param deadline of one operation on the volume
     */
    Lanes(int count, Duration deadline) {
        for (int i = count; i > 0; i--) {
            free.push(new Lane("volume-upload-" + i, deadline));
        }
    }

    /**
     * A lane, as soon as there is a free one. Who waits longest is the first to get one.
     *
     * @return null if none is free for so long
     */
    @Nullable
    Lane take(Duration patience) {
        try {
            return free.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    void putBack(Lane lane) {
        free.push(lane);
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
        for (Lane lane = free.poll(); lane != null; lane = free.poll()) {
            lane.close();
        }
    }
}
