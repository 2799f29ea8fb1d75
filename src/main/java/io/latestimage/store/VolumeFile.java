package io.latestimage.store;

import io.latestimage.store.OperationClock.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import org.jspecify.annotations.Nullable;

/** An open file of the {@link Volume}. Each method is one operation on it, with a deadline of its own. */
public final class VolumeFile implements AutoCloseable {
    private final String name;
    private final FileChannel channel;
    private final @Nullable FileChannel anchor;
    private final OperationClock clock;

    /**
     * Takes over a channel.
     *
     * @param name of the file on the volume
     * @param anchor another channel of the same file, which stays open as long as this one; null if there is none
     */
    VolumeFile(String name, FileChannel channel, @Nullable FileChannel anchor, OperationClock clock) {
        this.name = name;
        this.channel = channel;
        this.anchor = anchor;
        this.clock = clock;
    }

    String name() {
        return name;
    }

    /** Reads the next bytes with one request. Returns the number of bytes, or -1 at the end. */
    int read(ByteBuffer buffer) throws IOException {
        return clock.run(Operation.READ, name, () -> channel.read(buffer));
    }

    /** Reads from a position with one request. Returns the number of bytes, or -1 at the end. */
    int read(ByteBuffer buffer, long position) throws IOException {
        return clock.run(Operation.READ, name, () -> channel.read(buffer, position));
    }

    /** Appends all remaining bytes of the buffer. Each request has its own deadline. */
    void write(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            clock.run(Operation.WRITE, name, () -> channel.write(buffer));
        }
    }

    /** Writes all remaining bytes of the buffer to a position. */
    void write(ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            long from = at;
            at += clock.run(Operation.WRITE, name, () -> channel.write(buffer, from));
        }
    }

    /**
     * Makes what was written survive a power failure. After an error, do not call this again: a second call would
     * succeed although the bytes are lost.
     */
    void force() throws IOException {
        clock.run(Operation.FORCE, name, () -> {
            channel.force(true);
            return true;
        });
    }

    /** The size of the file, in bytes. */
    long size() throws IOException {
        return clock.run(Operation.STATUS, name, channel::size);
    }

    /**
     * Locks the file against other processes, unless one of them has locked it. The system unlocks the file when this
     * process ends, or when it closes any of its descriptors of the file.
     *
     * @return whether this process has the lock now
     */
    boolean tryLock() throws IOException {
        return clock.run(Operation.LOCK, name, () -> {
            try {
                return channel.tryLock() != null;
            } catch (OverlappingFileLockException e) {
                return false; // another thread of this process has the lock
            }
        });
    }

    @Override
    public void close() throws IOException {
        clock.run(Operation.CLOSE, name, () -> {
            try (FileChannel _ = anchor) {
                channel.close();
            }
            return true;
        });
    }
}
