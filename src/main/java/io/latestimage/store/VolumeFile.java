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
     * @param name in the volume
     * @param anchor another channel of the same file that stays open for as long, if any
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

    /** Reads on, as much as one request brings. Returns how many bytes, or -1 at the end. */
    int read(ByteBuffer buffer) throws IOException {
        return clock.run(Operation.READ, name, () -> channel.read(buffer));
    }

    /** Reads from a position, as much as one request brings. Returns how many bytes, or -1 at the end. */
    int read(ByteBuffer buffer, long position) throws IOException {
        return clock.run(Operation.READ, name, () -> channel.read(buffer, position));
    }

    /** Appends all that remains in the buffer, each request with a deadline of its own. */
    void write(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            clock.run(Operation.WRITE, name, () -> channel.write(buffer));
        }
    }

    /** Writes all that remains in the buffer to a position. */
    void write(ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            long from = at;
            at += clock.run(Operation.WRITE, name, () -> channel.write(buffer, from));
        }
    }

    /**
     * Makes what was written survive a power failure. After an error there is no second try: it would say that all is
     * well, and the bytes be lost.
     */
    void force() throws IOException {
        clock.run(Operation.FORCE, name, () -> {
            channel.force(true);
            return true;
        });
    }

    /** In bytes. */
    long size() throws IOException {
        return clock.run(Operation.STATUS, name, channel::size);
    }

    /**
     * Locks the file against other processes, if none has it locked. The system unlocks it when the process ends, or
     * when it closes this file, however often it has it open.
     *
     * @return whether it is locked now
     */
    boolean tryLock() throws IOException {
        return clock.run(Operation.LOCK, name, () -> {
            try {
                return channel.tryLock() != null;
            } catch (OverlappingFileLockException e) {
                return false; // by this process
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
