package io.latestimage.store;

import java.io.IOException;
import java.time.Duration;

/**
 * Measures the operation that one thread has under way on the volume. {@link Volume} and {@link VolumeFile} start it
 * for every operation, and nothing else does: to hash, to use the local disk or to wait for others takes no time of the
 * volume. Other threads compare it with the deadline.
 */
public class OperationClock {
    /** When the operation under way began ({@link System#nanoTime()}), or 0 while there is none. */
    private volatile long start;

    /** What an operation does with the volume. */
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

    /** The operation itself. */
    @FunctionalInterface
    interface Call<T> {
        /** Does it. */
        T call() throws IOException;
    }

    /**
     * Runs one operation. Not reentrant.
     *
     * @param operation which one
     * @param name of the file in the volume that it concerns, empty for the folder
     */
    <T> T run(Operation operation, String name, Call<T> call) throws IOException {
        start = Math.max(1, System.nanoTime());
        try {
            return call.call();
        } finally {
            start = 0;
        }
    }

    /** How long the operation under way has been running; zero where there is none. */
    Duration elapsed() {
        long began = start;
        return began == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - began);
    }
}
