package io.latestimage.e2e.gitops;

import java.util.concurrent.atomic.AtomicBoolean;

/** Undoes once what a case has changed: at the end of the case, or at the end of the run if the case breaks off. */
final class Restoration implements AutoCloseable {
    private final String what;
    private final Action action;
    private final AtomicBoolean done = new AtomicBoolean();

    /** Undoes the change. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /**
     * Remembers the action. {@link #close} runs it.
     *
     * @param what the thing to restore, for the message if that fails
     */
    Restoration(String what, Action action) {
        this.what = what;
        this.action = action;
    }

    @Override
    public void close() {
        if (done.compareAndSet(false, true)) {
            try {
                action.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(what + " could not be restored: interrupted", e);
            } catch (Exception e) {
                throw new IllegalStateException(what + " could not be restored", e);
            }
        }
    }
}
