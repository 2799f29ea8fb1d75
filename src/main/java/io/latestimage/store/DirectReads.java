package io.latestimage.store;

import java.nio.ByteBuffer;
import java.nio.file.OpenOption;

/**
 * How a file is read past the caches of this system (O_DIRECT).
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
 */
public final class DirectReads {
    private static final String NAME = "com.sun.nio.file.ExtendedOpenOption";

    private DirectReads() {}

    /**
     * The option that opens a file so. By its name: javac warns of every use of its class, although that is there to be
     * used, and there is no way to have the warning not be an error.
     *
     * @throws UnsupportedOperationException if the Java runtime was made without the module jdk.unsupported
     */
    public static OpenOption option() {
        try {
            return (OpenOption) Class.forName(NAME).getField("DIRECT").get(null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("the Java runtime lacks the module jdk.unsupported; add it", e);
        }
    }

    /**
     * A buffer for such reads, as large as is needed and aligned.
     *
     * @param size what is to be read, in bytes
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
