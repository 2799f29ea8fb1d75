package io.latestimage.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of an upload, with limits on its size, its time and its rate. The first read opens the body, which sends
 * {@code 100 Continue} to a client that waits for it. For use by one thread.
 */
final class LimitedRequestBody extends InputStream {
    /**
     * The limits.
     *
     * @param timeout from the arrival of the request to the last byte
     * @param minDataRate in bytes per second, on average since the first read
     * @param maxSize in bytes, of the whole body
     */
    record Limits(Duration timeout, long minDataRate, long maxSize) {}

    /** No minimum rate applies during this time, because a connection starts slowly. */
    static final Duration RATE_GRACE = Duration.ofSeconds(5);

    private final BodySource source;
    private final Limits limits;
    private final LongSupplier nanoTime;
    private final long arrival;
    private @Nullable InputStream stream;
    private long start;
    private long size;
    private Optional<Problem> failure = Optional.empty();

    /**
     * Creates the body of a request that has just arrived.
     *
     * @param nanoTime the clock; {@link System#nanoTime} except in tests
     */
    LimitedRequestBody(BodySource source, Limits limits, LongSupplier nanoTime) {
        this.source = source;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.arrival = nanoTime.getAsLong();
    }

    /**
     * Why a read failed. The exceptions that a parser of forms throws do not say which limit was exceeded.
     *
     * @return the problem of the limit that was exceeded; empty if none was, because the body is malformed or cut short
     */
    Optional<Problem> failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count;
        try {
            count = open().read(buffer, offset, length);
        } catch (IOException e) {
            throw isTimeout(e) ? fail(Problem.REQUEST_TIMEOUT, e) : e;
        }
        if (count > 0) {
            size += count;
            check();
        }
        return count;
    }

    private InputStream open() throws IOException {
        InputStream opened = stream;
        if (opened == null) {
            start = nanoTime.getAsLong();
            opened = source.open();
            stream = opened;
        }
        return opened;
    }

    private void check() throws IOException {
        long now = nanoTime.getAsLong();
        long elapsed = now - start;
        if (size > limits.maxSize()) {
            throw fail(Problem.CONTENT_TOO_LARGE, null);
        } else if (now - arrival > limits.timeout().toNanos()) {
            throw fail(Problem.REQUEST_TIMEOUT, null);
        } else if (elapsed > RATE_GRACE.toNanos() && size < limits.minDataRate() * (elapsed / 1e9)) {
            throw fail(Problem.REQUEST_TIMEOUT, null);
        }
    }

    private IOException fail(Problem problem, @Nullable IOException cause) {
        failure = Optional.of(problem);
        return new IOException("the upload has exceeded a limit: " + problem, cause);
    }

    private static boolean isTimeout(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }
}
