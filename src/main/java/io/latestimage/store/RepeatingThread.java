package io.latestimage.store;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon platform thread that runs one task again and again until it is closed. No exception and no {@link Error} of
 * the task ends the thread: it pauses and runs the task again.
 */
final class RepeatingThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RepeatingThread.class);

    /** The longest wait for a thread to end. A thread may hang with the volume. */
    static final Duration PATIENCE = Duration.ofMillis(500);

    private final Runnable task;
    private final Duration pause;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Creates the thread; {@link #start} starts it.
     *
     * @param task one round. It parks the thread where it has to wait; {@link #wake} ends such a wait.
     * @param pause after a round that threw something
     */
    RepeatingThread(String name, Duration pause, Runnable task) {
        this.task = task;
        this.pause = pause;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::loop);
    }

    /** Starts the first round. */
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
            LOG.error(
                    "Unexpected error in the thread {}. It continues in {} ms.",
                    thread.getName(),
                    pause.toMillis(),
                    thrown);
        } catch (Throwable e) {
            // Without memory, logging fails, too. The next round matters more than this line.
        }
    }

    /** Ends the wait of the task. If the task is not waiting, its next wait ends at once. */
    void wake() {
        LockSupport.unpark(thread);
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends the thread after the current round. Waits for that, but only for a short time. */
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
