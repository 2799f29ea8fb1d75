package io.latestimage.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A complete, verified, immutable private copy of one version of the image: a mapped file of the spool whose name is
 * gone already. It takes disk and page cache, no heap, and lasts until the last holder has released it.
 */
public final class Snapshot {
    private final ImageVersion version;
    private final Instant modified;
    private final MemorySegment bytes;

    @SuppressWarnings("MustBeClosed") // by the last of the holders
    private final Arena arena = Arena.ofShared();

    /** The store holds one while this is the latest version, and every reader one. */
    private final AtomicInteger holders = new AtomicInteger(1);

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

    void revoke() {
        revoked = true;
    }

    boolean isReleased() {
        return holders.get() == 0;
    }

    /** Becomes a holder, unless the last one has gone and the bytes with it. */
    boolean acquire() {
        for (int held = holders.get(); held > 0; held = holders.get()) {
            if (holders.compareAndSet(held, held + 1)) {
                return true;
            }
        }
        return false;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            arena.close();
        }
    }
}
