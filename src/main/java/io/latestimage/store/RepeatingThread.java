package io.latestimage.store;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon platform thread that runs one task over and over until it is closed. Nothing that the task throws ends it,
 * an {@link Error} no more than an exception: the thread tries again after a pause.
 */
final class RepeatingThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RepeatingThread.class);

    /** How long the end of a thread is awaited at most: it may hang with the volume. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    private final Runnable task;
    private final Duration pause;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Makes the thread; {@link #start} starts it.
     *
     * @param task one round, which parks the thread where it is to wait; {@link #wake} ends such a wait
     * @param pause after a round that threw something
     */
    RepeatingThread(String name, Duration pause, Runnable task) {
        this.task = task;
        this.pause = pause;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::loop);
    }

    /** Begins with the first round. */
    void start() {
        thread.start();
    }

    private void loop() {
        while (!closed) {
            try {
                task.run();
            } catch (Throwable e) {
                report(e);
                LockSupport.parkNanos(this, pause.toNanos());
            }
        }
    }

    private void report(Throwable thrown) {
        try {
            LOG.error("The thread {} failed and goes on in {} ms", thread.getName(), pause.toMillis(), thrown);
        } catch (Throwable e) {
            // Without memory the log fails as well. The next round is worth more than this line.
        }
    }

    /** Ends the wait of the task, or its next one if it does not wait just now. */
    void wake() {
        LockSupport.unpark(thread);
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends the thread after the round that runs, and waits for that, but not for long. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            boolean _ = thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
