package io.latestimage.store;

import io.latestimage.store.ManifestRecord.Image;
import io.latestimage.store.StoreFailure.OutcomeUnknown;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One change of the image by one worker: an upload or a deletion. The change happens all at once or not at all. For use
 * by one thread.
 */
final class VolumeChange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeChange.class);

    private enum State {
        OPEN,
        /** The record may have been written, so the image may have changed. */
        COMMITTING,
        /** The image does not change, even if the storage answers again. */
        ABANDONED
    }

    private final VolumeWorkerPool workers;
    private final VolumeWorker worker;
    private final Freshness freshness;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    /** Whether the worker may still hang in an operation. Only the caller's thread uses it. */
    private boolean missedDeadline;

    /**
     * Begins a change.
     *
     * @param worker acquired from the pool, and released when this is closed
     * @param freshness is asked for a revalidation after a publication or a failure
     */
    VolumeChange(VolumeWorkerPool workers, VolumeWorker worker, Freshness freshness) {
        this.workers = workers;
        this.worker = worker;
        this.freshness = freshness;
    }

    /** The publication of the record that changes the image. */
    @FunctionalInterface
    interface Publication {
        /**
         * Publishes.
         *
         * @return the record before
         */
        Optional<ManifestRecord> publish(Volume volume, Publisher.DecisiveStep step) throws IOException, StoreException;
    }

    /**
     * Runs a task of the change and waits for it.
     *
     * @throws StoreException if the volume fails or misses its deadline. Then the change is abandoned, or, with
     *     {@link OutcomeUnknown}, it may have happened.
     */
    <T> T run(VolumeWorker.Task<T> task) throws StoreException {
        try {
            return worker.run(task);
        } catch (TimeoutException e) {
            missedDeadline = true;
            freshness.request();
            throw abandon() ? StoreException.ofMissedDeadline(e) : StoreException.ofUnknownOutcome(e);
        } catch (IOException e) {
            StoreException failure = abandon() ? StoreException.ofVolume(e) : StoreException.ofUnknownOutcome(e);
            LOG.warn("An upload or a deletion failed: {} ({})", failure.getMessage(), e.toString());
            freshness.request();
            throw failure;
        }
    }

    /**
     * Changes the image, and deletes the file of the image before. When this returns, every reader on every replica
     * sees the change, and it survives a power failure.
     *
     * @return the record before
     */
    Optional<ManifestRecord> publish(Publication publication) throws StoreException {
        Optional<ManifestRecord> before = run(volume -> publication.publish(volume, new Step()));
        if (before.orElse(null) instanceof Image image) {
            cleanUp(volume -> volume.delete(image.file()));
        }
        freshness.request();
        return before;
    }

    private final class Step implements Publisher.DecisiveStep {
        @Override
        public void begin() throws IOException {
            if (!state.compareAndSet(State.OPEN, State.COMMITTING)) {
                throw new IOException("the change has been abandoned");
            }
        }

        @Override
        public void undo() {
            state.set(State.ABANDONED);
        }
    }

    /**
     * Runs a task that does not change the result, and waits for it. If the volume hangs, the task runs when the volume
     * answers again. A failure is only logged; a file that stays is an orphan, which the sweeper removes.
     */
    void cleanUp(VolumeWorker.Task<Boolean> task) {
        if (missedDeadline) {
            worker.runLater(task);
            return;
        }
        try {
            boolean _ = worker.run(task);
        } catch (IOException | StoreException e) {
            LOG.debug("A file stays until the sweeper removes it", e);
        } catch (IllegalStateException e) {
            LOG.error("Unexpected error. A file stays until the sweeper removes it.", e);
        } catch (TimeoutException e) {
            missedDeadline = true;
        }
    }

    /**
     * Prevents the worker from publishing. It may still be running: an interrupted caller does not wait for its end.
     *
     * @return whether the change is certain not to happen
     */
    boolean abandon() {
        return state.compareAndSet(State.OPEN, State.ABANDONED) || state.get() == State.ABANDONED;
    }

    /** Whether the record may have been written. */
    boolean mayHaveHappened() {
        return state.get() == State.COMMITTING;
    }

    /** Releases the worker. If the volume hangs, the worker is released when the volume answers again. */
    @Override
    public void close() {
        abandon();
        if (missedDeadline) {
            worker.runLater(_ -> {
                workers.release(worker);
                return true;
            });
        } else {
            workers.release(worker);
        }
    }
}
