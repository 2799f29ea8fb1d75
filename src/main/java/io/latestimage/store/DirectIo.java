package io.latestimage.store;

import java.nio.ByteBuffer;
import java.nio.file.OpenOption;

/**
 * How to use a file without the cache of this machine (O_DIRECT).
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
 */
public final class DirectIo {
    private static final String NAME = "com.sun.nio.file.ExtendedOpenOption";

    private DirectIo() {}

    /**
     * The option that opens a file without the cache. This finds the option by its name, because javac warns of every
     * use of its class, and that warning cannot be suppressed.
     *
     * @throws UnsupportedOperationException if the Java runtime lacks the module jdk.unsupported
     */
    public static OpenOption option() {
        try {
            return (OpenOption) Class.forName(NAME).getField("DIRECT").get(null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("the Java runtime lacks the module jdk.unsupported; add it", e);
        }
    }

    /**
     * An aligned buffer for direct reads.
     *
     * @param size the least size of the buffer, in bytes
     * @param blockSize of the file system, in bytes: {@link Mount#blockSize}
     */
    public static ByteBuffer buffer(int size, int blockSize) {
        int aligned = Math.ceilDiv(size, blockSize) * blockSize;
        return ByteBuffer.allocateDirect(aligned + blockSize - 1)
                .alignedSlice(blockSize)
                .limit(aligned)
                .slice();
    }
}
