package io.latestimage.store;

import java.io.IOException;
import java.time.Duration;

/**
 * Measures the current operation of one thread on the volume. Only {@link Volume} and {@link VolumeFile} start it: time
 * for hashing, for the local disk, or for waiting for others does not count. Other threads compare the time with the
 * deadline.
 */
public class OperationClock {
    /** When the current operation began ({@link System#nanoTime()}), or 0 if there is none. */
    private volatile long start;

    /** The kind of an operation on the volume. */
    enum Operation {
        CREATE_FOLDER,
        FORCE_FOLDER,
        LIST,
        CREATE,
        OPEN,
        READ,
        WRITE,
        FORCE,
        LOCK,
        STATUS,
        CLOSE,
        DELETE
    }

    /** The call that performs an operation. */
    @FunctionalInterface
    interface Call<T> {
        /** Performs the operation. */
        T call() throws IOException;
    }

    /**
     * Runs one operation. Not reentrant.
     *
     * @param operation its kind
     * @param name of the file that the operation uses; empty for the folder
     */
    <T> T run(Operation operation, String name, Call<T> call) throws IOException {
        start = Math.max(1, System.nanoTime());
        try {
            return call.call();
        } finally {
            start = 0;
        }
    }

    /** How long the current operation has been running; zero if there is none. */
    Duration elapsed() {
        long began = start;
        return began == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - began);
    }
}
