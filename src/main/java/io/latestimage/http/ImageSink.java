package io.latestimage.http;

import io.latestimage.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Receives the bytes of the image in their order. */
@FunctionalInterface
interface ImageSink {
    /** In bytes. The first buffer decides which format the image has. */
    int BUFFER_SIZE = 64 * 1024;

    /** Receives all remaining bytes of the buffer. */
    void write(ByteBuffer bytes) throws StoreException;

    /**
     * Passes on everything that a stream still has.
     *
     * @return the number of bytes
     * @throws IOException if the stream fails
     */
    default long copy(InputStream in) throws IOException, StoreException {
        byte[] buffer = new byte[BUFFER_SIZE];
        long total = 0;
        int count;
        while ((count = in.readNBytes(buffer, 0, buffer.length)) > 0) {
            write(ByteBuffer.wrap(buffer, 0, count));
            total += count;
        }
        return total;
    }
}
