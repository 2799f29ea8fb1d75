package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of an upload, read no longer, no further and no more slowly than allowed. Opening the stream is what sends
 * {@code 100 Continue} to those who wait for it, so it is opened only when the upload is wanted.
 */
final class LimitedRequestBody {
    private static final Logger LOG = LoggerFactory.getLogger(LimitedRequestBody.class);

    /**
     * The bounds.
     *
     * @param timeout from the arrival of the request to the last byte
     * @param minDataRate in bytes per second, on average since the first read
     * @param maxSize in bytes, of the whole body
     */
    record Limits(Duration timeout, long minDataRate, long maxSize) {}

    /** For so long no rate is asked for: a connection needs some time to get going. */
    private static final long GRACE_NANOS = Duration.ofSeconds(5).toNanos();

    /** How long a body that nobody wants is read on, so that the client gets to see the answer. */
    private static final long LINGER_NANOS = Duration.ofSeconds(10).toNanos();

    /** And how much of it, in bytes. */
    private static final long LINGER_SIZE = 1L << 30;

    private final HttpServletRequest request;
    private final Limits limits;
    private final long arrival = System.nanoTime();
    private @Nullable InputStream stream;
    private @Nullable Problem failure;
    private long start;
    private long size;

    LimitedRequestBody(HttpServletRequest request, Limits limits) {
        this.request = request;
        this.limits = limits;
    }

    InputStream open() throws IOException {
        start = System.nanoTime();
        stream = request.getInputStream();
        return new Bounded(stream);
    }

    /** Why reading failed: what a multipart reader makes of an exception tells only that it did. */
    Problem failure() {
        return failure == null ? Problem.MALFORMED : failure;
    }

    /**
     * Reads on for a while after the answer has been sent. To close a connection while the client still sends resets
     * it, and the reset makes the client's system forget the answer that it had not read yet. Those who wait for
     * {@code 100 Continue} have sent nothing.
     */
    void linger() {
        if (stream == null) {
            linger(request);
        } else {
            readOn(stream);
        }
    }

    /**
     * Answers with a problem a request of whose body nothing has been read, and reads on for a while.
     *
     * @param arguments what the problem's detail mentions
     */
    static void reject(HttpServletRequest request, HttpServletResponse response, Problem problem, Object... arguments)
            throws IOException {
        if (!isExpected(request)) {
            problem.send(response, arguments);
            return;
        }
        response.setHeader("Connection", "close"); // the body is not read to its end
        problem.send(response, arguments);
        linger(request);
    }

    /** Whether the request has a body: RFC 9112, section 6.3. */
    static boolean isExpected(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    private static void linger(HttpServletRequest request) {
        if (!"100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            try {
                readOn(request.getInputStream());
            } catch (IOException e) {
                LOG.trace("The client has gone", e);
            }
        }
    }

    private static void readOn(InputStream rest) {
        long end = System.nanoTime() + LINGER_NANOS;
        byte[] scratch = new byte[16 * 1024];
        try {
            long left = LINGER_SIZE;
            int count = 0;
            while (count >= 0 && left > 0 && System.nanoTime() - end < 0) {
                count = rest.read(scratch);
                left -= count;
            }
        } catch (IOException e) {
            LOG.trace("The client has gone, which is as good as an end", e);
        }
    }

    private final class Bounded extends FilterInputStream {
        Bounded(InputStream in) {
            super(in);
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
                count = super.read(buffer, offset, length);
            } catch (IOException e) {
                throw fail(isTimeout(e) ? Problem.TOO_SLOW : Problem.MALFORMED, e);
            }
            if (count > 0) {
                size += count;
                check();
            }
            return count;
        }

        private void check() throws IOException {
            long now = System.nanoTime();
            long elapsed = now - start;
            if (size > limits.maxSize()) {
                throw fail(Problem.TOO_LARGE, null);
            } else if (now - arrival > limits.timeout().toNanos()) {
                throw fail(Problem.TOO_SLOW, null);
            } else if (elapsed > GRACE_NANOS && size < limits.minDataRate() * (elapsed / 1e9)) {
                throw fail(Problem.TOO_SLOW, null);
            }
        }

        private IOException fail(Problem problem, @Nullable IOException cause) {
            failure = problem;
            return new IOException(problem.name(), cause);
        }

        private static boolean isTimeout(Throwable thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (cause instanceof TimeoutException || cause instanceof java.net.SocketTimeoutException) {
                    return true;
                }
            }
            return false;
        }
    }
}
