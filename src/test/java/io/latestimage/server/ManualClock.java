package io.latestimage.server;

import io.latestimage.testing.Await;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A clock that stands still until a test moves it, so that no verdict depends on the speed of the machine. */
final class ManualClock implements MonotonicClock {
    private static final Duration POLL = Duration.ofMillis(2);

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger pauses = new AtomicInteger();
    private volatile boolean running;

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    public void pause(Duration time) {
        LockSupport.parkNanos(POLL.toNanos());
        if (running) {
            now.addAndGet(time.toNanos());
        }
        pauses.incrementAndGet();
    }

    /** Moves the clock, and waits until the waiting thread has seen the new time and gone on waiting. */
    void advance(Duration time) throws Exception {
        now.addAndGet(time.toNanos());
        int before = pauses.get();
        Await.until("the shutdown has seen the time", () -> pauses.get() >= before + 2);
    }

    /** From now on the clock moves by itself, whenever somebody waits for it. */
    void run() {
        running = true;
    }
}
