package io.latestimage.server;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A clock that never goes back, and a way to wait for it. Tests have one that does not really wait. */
interface MonotonicClock {
    /** The clock of the system. */
    MonotonicClock SYSTEM = new MonotonicClock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration time) {
            LockSupport.parkNanos(time.toNanos());
        }
    };

    /** The time in nanoseconds; only differences have a meaning. */
    long nanoTime();

    /** Waits for about this time; may return earlier. */
    void pause(Duration time);
}
