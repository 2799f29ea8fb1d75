package io.latestimage.store;

import io.latestimage.image.ImageVersion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A complete, verified, immutable private copy of one version of the image: a mapped file of the spool that has already
 * been unlinked. It takes disk space and page cache, but no heap, until the last holder has released it. See
 * docs/decisions/0002-mapped-private-copies.md.
 */
public final class Snapshot {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

    private final ImageVersion version;
    private final Instant published;
    private final Instant modified;
    private final MemorySegment bytes;

    @SuppressWarnings("MustBeClosed") // the last holder closes it
    private final Arena arena = Arena.ofShared();

    /** The store is one holder while this is the latest version. Every reader is another. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

    private volatile boolean revoked;

    /**
     * Maps a file. The caller is the first holder.
     *
     * @param published when the version was published
     * @param modified the date of the version in HTTP
     * @param copy the file of the version; the caller may close it afterwards
     * @throws IOException if it cannot be mapped
     */
    Snapshot(ImageVersion version, Instant published, Instant modified, FileChannel copy) throws IOException {
        this.version = version;
        this.published = published;
        this.modified = modified;
        try {
            this.bytes = copy.map(FileChannel.MapMode.READ_ONLY, 0, version.size(), arena);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** The version of which this is a copy. */
    public ImageVersion version() {
        return version;
    }

    /**
     * The date that names this version and no other: each version has a later second than the previous one
     * (docs/decisions/0012-last-modified-names-one-version.md).
     *
     * @param now the current time. A date in the future must not be sent (RFC 9110, section 8.8.2.1).
     * @return in whole seconds; empty if the date is still in the future
     */
    public Optional<Instant> modified(Instant now) {
        return Optional.of(modified).filter(date -> !date.isAfter(now));
    }

    /**
     * How long ago this version was published. The clocks of two replicas determine that: the one that published the
     * version, and this one. Unlike the date in HTTP, it does not run ahead while images are uploaded several times per
     * second.
     *
     * @param now the current time
     * @return never negative
     */
    public Duration age(Instant now) {
        Duration age = Duration.between(published, now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /**
     * A view of some of the bytes, backed by the mapped file. It must not be used after the snapshot is released.
     *
     * @param offset of the first byte
     * @param length in bytes
     */
    public ByteBuffer slice(long offset, long length) {
        return bytes.asSlice(offset, length).asByteBuffer();
    }

    /** Whether the space is needed for newer versions. If it is, readers of this version must stop. */
    public boolean isRevoked() {
        return revoked;
    }

    /** A holder that is disconnected when the version is revoked, unless this has been closed before. */
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

        /** When this returns, the reader will not be disconnected, so its connection can serve another request. */
        @Override
        public synchronized void close() {
            done = true;
            readers.remove(this);
        }
    }

    /**
     * Registers a holder that may be blocked for a long time and cannot check {@link #isRevoked()} meanwhile.
     *
     * @param disconnect ends what blocks the holder. It is called at most once: on another thread, or on this one if
     *     the version has already been revoked. It must not wait for the holder.
     */
    public Reader register(Runnable disconnect) {
        Reader reader = new Reader(disconnect);
        readers.add(reader);
        if (revoked) {
            reader.revoke();
        }
        return reader;
    }

    /** Disconnects all readers, and those that register later. The space is free when they have released it. */
    void revoke() {
        revoked = true;
        readers.forEach(Reader::revoke);
    }

    /**
     * Frees the memory and the disk space if nobody holds them any more.
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
                // An operation of a disconnected thread still uses the bytes. It is about to end.
                LOG.debug("The copy {} will be freed later", version.sha256(), e);
                return false;
            }
        }
        return true;
    }

    boolean isMapped() {
        return arena.scope().isAlive();
    }

    /** Becomes a holder. Fails if the version has been revoked or the last holder has released it. */
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
