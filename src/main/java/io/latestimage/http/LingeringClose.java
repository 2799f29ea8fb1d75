package io.latestimage.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, for a limited time, what a client still sends after its request was rejected. Closing the connection at once
 * would reset it, and a reset makes the client's operating system discard the response before the client has read it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.6">RFC 9112, section 9.6</a>
 */
final class LingeringClose {
    /** The longest time that it reads. */
    static final Duration MAX_TIME = Duration.ofSeconds(10);

    /** The most that it reads, in bytes. */
    static final long MAX_SIZE = 1L << 30;

    private static final int BUFFER_SIZE = 16 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(LingeringClose.class);

    private final LongSupplier nanoTime;

    /**
     * Creates an instance that any number of requests can share.
     *
     * @param nanoTime the clock; {@link System#nanoTime} except in tests
     */
    LingeringClose(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Reads the rest of a body until it ends, the connection breaks, or a limit is reached. */
    void readOn(BodySource source) {
        long start = nanoTime.getAsLong();
        byte[] discarded = new byte[BUFFER_SIZE];
        try {
            InputStream body = source.open();
            long left = MAX_SIZE;
            int count = 0;
            while (count >= 0 && left > 0 && nanoTime.getAsLong() - start < MAX_TIME.toNanos()) {
                count = body.read(discarded);
                left -= count;
            }
        } catch (IOException e) {
            LOG.trace("The client has closed the connection, so it sends nothing more", e);
        }
    }
}
