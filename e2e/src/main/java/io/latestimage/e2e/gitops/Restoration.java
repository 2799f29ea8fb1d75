package io.latestimage.e2e.gitops;

import java.util.concurrent.atomic.AtomicBoolean;

/** Puts right, once, what a case has put wrong: at the end of the case, or of the run where that is cut short. */
final class Restoration implements AutoCloseable {
    private final String what;
    private final Action action;
    private final AtomicBoolean done = new AtomicBoolean();

    /** How it is put right. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /**
     * Nothing is done yet.
     *
     * @param what is put right, for the message if that fails
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
                throw new IllegalStateException(what + " is not put right: interrupted", e);
            } catch (Exception e) {
                throw new IllegalStateException(what + " is not put right", e);
            }
        }
    }
}
