package io.latestimage.volumecheck;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Limits operations that may hang in a native call. Nothing can interrupt such a call, so its thread is abandoned. */
record Deadline(Duration atMost) {
    interface Operation<T> {
        T run() throws IOException, InterruptedException;
    }

    /** The operation has not ended in time, and may never end. */
    static final class Missed extends IOException {
        private static final long serialVersionUID = 1L;

        Missed(Duration atMost) {
            super("there was no answer within "
                    + (atMost.toMillis() < 1000 ? atMost.toMillis() + " ms" : atMost.toSeconds() + " s"));
        }
    }

    /**
     * Runs an operation on a thread of its own.
     *
     * @throws Missed if it takes too long
     * @throws IOException if the operation throws it
     */
    <T> T run(Operation<T> operation) throws IOException {
        FutureTask<T> task = new FutureTask<>(operation::run);
        Thread.ofPlatform().daemon().name("check").start(task);
        try {
            return task.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Missed(atMost);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the volume", e);
        }
    }
}
