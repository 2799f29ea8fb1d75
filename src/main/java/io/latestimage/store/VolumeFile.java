package io.latestimage.store;

import io.latestimage.store.OperationClock.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.OverlappingFileLockException;
import org.jspecify.annotations.Nullable;

/** An open file of the {@link Volume}. Each method is one operation on it, with a deadline of its own. */
public final class VolumeFile implements AutoCloseable {
    private final String name;
    private final OpenFile file;
    private final @Nullable ByteBuffer unwritten;
    private final OperationClock clock;
    /** Where the next {@link #read(ByteBuffer)} or {@link #write(ByteBuffer)} begins. */
    private long position;

    /**
     * Takes over an open file.
     *
     * @param name of the file on the volume
     * @param unwritten collects what is appended, so that few requests write it; null if the system does that. Only
     *     this file uses it until this is closed.
     */
    VolumeFile(String name, OpenFile file, @Nullable ByteBuffer unwritten, OperationClock clock) {
        this.name = name;
        this.file = file;
        this.unwritten = unwritten;
        this.clock = clock;
    }

    String name() {
        return name;
    }

    /** Reads the next bytes with one request. Returns the number of bytes, or -1 at the end. */
    int read(ByteBuffer buffer) throws IOException {
        int count = read(buffer, position);
        position += Math.max(0, count);
        return count;
    }

    /** Reads from a position with one request. Returns the number of bytes, or -1 at the end. */
    int read(ByteBuffer buffer, long from) throws IOException {
        return clock.run(Operation.READ, name, () -> file.read(buffer, from));
    }

    /**
     * Appends all remaining bytes of the buffer. Each request has its own deadline. Some of the bytes may be written
     * only by the next call, or by {@link #force}.
     */
    void write(ByteBuffer buffer) throws IOException {
        ByteBuffer collected = unwritten;
        if (collected == null) {
            append(buffer);
            return;
        }
        while (buffer.hasRemaining()) {
            int count = Math.min(buffer.remaining(), collected.remaining());
            collected.put(buffer.slice().limit(count));
            buffer.position(buffer.position() + count);
            if (!collected.hasRemaining()) {
                flush(collected);
            }
        }
    }

    private void flush(ByteBuffer collected) throws IOException {
        append(collected.flip());
        collected.clear();
    }

    private void append(ByteBuffer buffer) throws IOException {
        int count = buffer.remaining();
        write(buffer, position);
        position += count;
    }

    /** Writes all remaining bytes of the buffer to a position. */
    void write(ByteBuffer buffer, long to) throws IOException {
        long at = to;
        while (buffer.hasRemaining()) {
            long from = at;
            at += clock.run(Operation.WRITE, name, () -> file.write(buffer, from));
        }
    }

    /**
     * Makes what was written survive a power failure. After an error, do not call this again: a second call would
     * succeed although the bytes are lost.
     */
    void force() throws IOException {
        ByteBuffer collected = unwritten;
        if (collected != null) {
            flush(collected);
        }
        clock.run(Operation.FORCE, name, () -> {
            file.force();
            return true;
        });
    }

    /** The size of the file, in bytes. */
    long size() throws IOException {
        return clock.run(Operation.STATUS, name, file::size);
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
                return file.tryLock();
            } catch (OverlappingFileLockException e) {
                return false; // another thread of this process has the lock
            }
        });
    }

    /** Closes the file. What was appended since the last {@link #force} may be lost. */
    @Override
    public void close() throws IOException {
        clock.run(Operation.CLOSE, name, () -> {
            file.close();
            return true;
        });
    }
}
