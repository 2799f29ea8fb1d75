package io.latestimage.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;

/** An open file of the volume as the system offers it. Each method is one system call, and may block. */
interface OpenFile extends Closeable {
    /** Reads from a position. Returns the number of bytes, or -1 at the end. */
    int read(ByteBuffer buffer, long position) throws IOException;

    /** Writes to a position. Returns the number of bytes. */
    int write(ByteBuffer buffer, long position) throws IOException;

    /** Makes what was written survive a power failure. */
    void force() throws IOException;

    /** The size of the file, in bytes. */
    long size() throws IOException;

    /**
     * Locks the file against other processes. Returns whether this process has the lock now.
     *
     * @throws OverlappingFileLockException if another thread of this process has the lock
     */
    boolean tryLock() throws IOException;

    /** A file that was opened as a channel. */
    record OfChannel(FileChannel channel) implements OpenFile {
        @Override
        public int read(ByteBuffer buffer, long position) throws IOException {
            return channel.read(buffer, position);
        }

        @Override
        public int write(ByteBuffer buffer, long position) throws IOException {
            return channel.write(buffer, position);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public boolean tryLock() throws IOException {
            return channel.tryLock() != null;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
