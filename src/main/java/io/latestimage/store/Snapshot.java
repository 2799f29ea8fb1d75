package io.latestimage.store;

import io.latestimage.image.ImageVersion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A complete, verified, immutable private copy of one version of the image: a mapped file of the spool whose name is
 * gone already. It takes disk and page cache, no heap, and lasts until the last holder has released it.
 */
public final class Snapshot {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

    private final ImageVersion version;
    private final Instant modified;
    private final MemorySegment bytes;

    @SuppressWarnings("MustBeClosed") // by the last of the holders
    private final Arena arena = Arena.ofShared();

    /** The store holds one while this is the latest version, and every reader one. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

    private volatile boolean revoked;

    /**
     * Maps a file, held once.
     *
     * @param modified the date of the version in HTTP
     * @param copy of the version; may be closed afterwards
     * @throws IOException if it cannot be mapped
     */
    Snapshot(ImageVersion version, Instant modified, FileChannel copy) throws IOException {
        this.version = version;
        this.modified = modified;
        try {
            this.bytes = copy.map(FileChannel.MapMode.READ_ONLY, 0, version.size(), arena);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** What this is a copy of. */
    public ImageVersion version() {
        return version;
    }

    /**
     * The date that names this version and no other: each has a later second than the one before.
     *
     * @param now a date after it is none yet, as RFC 9110, section 8.8.2.1, has it
     * @return in whole seconds; empty where it has not come yet
     */
    public Optional<Instant> modified(Instant now) {
        return Optional.of(modified).filter(date -> !date.isAfter(now));
    }

    /**
     * A view of some of the bytes, backed by the mapped file. It must not be used after {@link #release()}.
     *
     * @param offset of the first byte
     * @param length in bytes
     */
    public ByteBuffer slice(long offset, long length) {
        return bytes.asSlice(offset, length).asByteBuffer();
    }

    /** Whether the space is needed for newer versions: readers of this one are to give up. */
    public boolean isRevoked() {
        return revoked;
    }

    /** A holder that is to be disconnected when the version is revoked, until this is closed. */
    public final class Reader implements AutoCloseable {
        private final Runnable disconnect;
        private boolean done;

        private Reader(Runnable disconnect) {
            this.disconnect = disconnect;
        }

        private synchronized void revoke() {
            if (!done) {
                done = true;
                disconnect.run();
            }
        }

        /**
         * On its return the reader is not disconnected any more, so that its connection is free for the next answer.
         */
        @Override
        public synchronized void close() {
            done = true;
            readers.remove(this);
        }
    }

    /**
     * Registers a holder that may be blocked for long, where it cannot look at {@link #isRevoked()}.
     *
     * @param disconnect ends what blocks the holder; called once at most, on another thread, or on this one where the
     *     version has been revoked already. It must not wait for the holder.
     */
    public Reader register(Runnable disconnect) {
        Reader reader = new Reader(disconnect);
        readers.add(reader);
        if (revoked) {
            reader.revoke();
        }
        return reader;
    }

    /** Disconnects all readers, and those that register later. What they hold is free when they have released it. */
    void revoke() {
        revoked = true;
        readers.forEach(Reader::revoke);
    }

    /**
     * Lets go of the memory and the disk, where nobody holds them any more.
     *
     * @return whether they are free
     */
    synchronized boolean free() {
        if (holders.get() > 0) {
            return false;
        }
        if (isMapped()) {
            try {
                arena.close();
            } catch (IllegalStateException e) {
                // An operation of a thread that has been disconnected is about to end, and needs the bytes until then.
                LOG.debug("The copy {} is let go of later", version.sha256(), e);
                return false;
            }
        }
        return true;
    }

    boolean isMapped() {
        return arena.scope().isAlive();
    }

    /** Becomes a holder, unless the version has been revoked, or the last holder has gone and the bytes with it. */
    boolean acquire() {
        for (int held = holders.get(); held > 0 && !revoked; held = holders.get()) {
            if (holders.compareAndSet(held, held + 1)) {
                return true;
            }
        }
        return false;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            boolean _ = free();
        }
    }
}
