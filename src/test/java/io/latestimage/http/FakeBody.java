package io.latestimage.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A body that ends where the test says, and a clock that each read moves forward. Nothing waits. */
final class FakeBody extends InputStream implements LongSupplier {
    private final int bytesPerRead;
    private final long nanosPerRead;
    private long left;
    private long now;
    private long read;
    private @Nullable IOException failure;

    /**
     * Creates the body.
     *
     * @param size in bytes
     * @param bytesPerRead the most that one read returns
     * @param timePerRead how long each read takes
     */
    FakeBody(long size, int bytesPerRead, Duration timePerRead) {
        this.left = size;
        this.bytesPerRead = bytesPerRead;
        this.nanosPerRead = timePerRead.toNanos();
        this.now = Long.MAX_VALUE - nanosPerRead; // the clock overflows, as that of the system may
    }

    /** Fails instead of ending. */
    FakeBody failingWith(IOException exception) {
        failure = exception;
        return this;
    }

    /** How much has been read, in bytes. */
    long bytesRead() {
        return read;
    }

    /** Moves the clock forward. */
    void pass(Duration time) {
        now += time.toNanos();
    }

    @Override
    public long getAsLong() {
        return now;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        now += nanosPerRead;
        if (left == 0 && failure != null) {
            throw failure;
        } else if (left == 0) {
            return -1;
        }
        int count = (int) Math.min(left, Math.min(length, bytesPerRead));
        left -= count;
        read += count;
        return count;
    }
}
