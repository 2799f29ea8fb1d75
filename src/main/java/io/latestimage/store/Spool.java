package io.latestimage.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.latestimage.image.Fingerprint;
import io.latestimage.image.ImageVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local folder of the private copies (docs/decisions/0002-mapped-private-copies.md). On Linux and macOS the JDK
 * unlinks a file opened with DELETE_ON_CLOSE at once, so nothing is left behind however the process ends. For use by
 * one thread.
 *
 * <p>A replaced version takes space as long as somebody reads it. Before a new copy is made, replaced versions must not
 * take more than the limit. If they do, the oldest are revoked and their readers, which are the slowest, are
 * disconnected. So the files take no more than the limit and two images:
 *
 * <pre>
 *   while a copy is made     replaced, up to the limit │ latest          │ the copy
 *   afterwards               replaced, up to the limit │ previous latest │ latest
 * </pre>
 *
 * <p>So the readers of an image that has just been replaced may read on until the next replacement, whatever the limit.
 * See docs/decisions/0017-disconnect-slow-readers.md.
 */
final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int BUFFER_SIZE = 256 * 1024;

    /**
     * The longest wait for disconnected readers to release their copy. They take far less. Other readers wait
     * meanwhile.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration POLL = Duration.ofMillis(2);

    private final Path directory;
    private final long limit;
    private final Duration patience;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private final Deque<Snapshot> replaced = new ArrayDeque<>();

    /**
     * Uses a folder.
     *
     * @param limit the largest total size of replaced images while another copy is made, in bytes
     */
    Spool(Path directory, long limit) {
        this(directory, limit, PATIENCE);
    }

    /**
     * Uses a folder.
     *
     * @param patience the longest wait for the readers of revoked versions
     */
    Spool(Path directory, long limit, Duration patience) {
        this.directory = directory;
        this.limit = limit;
        this.patience = patience;
    }

    /**
     * Copies an open file of the volume and compares it with the manifest. Makes room first, and reads nothing if the
     * copy is known not to fit.
     *
     * @param version that the manifest describes
     * @param published when the version was published
     * @param modified the date of the version in HTTP
     * @return the copy; the caller is its first holder
     * @throws StoreException if the copy cannot be stored in the local folder, or readers do not release replaced
     *     versions
     * @throws IOException if the volume fails, or the file is not what the manifest describes
     */
    Snapshot copy(VolumeFile source, ImageVersion version, Instant published, Instant modified)
            throws IOException, StoreException {
        makeRoom();
        FileChannel copy = create();
        try {
            requireSpace(version.size());
            Fingerprint fingerprint = new Fingerprint();
            while (source.read(buffer.clear()) > 0) {
                fingerprint.update(buffer.flip().slice());
                write(copy);
            }
            if (!fingerprint.finish().equals(Optional.of(version))) {
                throw new IOException(
                        "the file %s is not the image that the manifest describes".formatted(source.name()));
            }
            return map(version, published, modified, copy);
        } finally {
            close(copy);
        }
    }

    private FileChannel create() throws StoreException {
        Path name = directory.resolve("latest-image-" + UUID.randomUUID());
        try {
            Files.createDirectories(directory);
            return FileChannel.open(name, CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw fault(e);
        }
    }

    /** Fails if the copy is certain not to fit. A file system that does not know its space reports a size of 0. */
    private void requireSpace(long needed) throws StoreException {
        long usable = directory.toFile().getUsableSpace();
        if (usable < needed && directory.toFile().getTotalSpace() > 0) {
            throw StoreException.ofFullSpool(
                    "%s. It has %d bytes left, and the image has %d bytes".formatted(directory, usable, needed), null);
        }
    }

    private void write(FileChannel copy) throws StoreException {
        try {
            while (buffer.hasRemaining()) {
                copy.write(buffer);
            }
        } catch (IOException e) {
            throw fault(e);
        }
    }

    private Snapshot map(ImageVersion version, Instant published, Instant modified, FileChannel copy)
            throws StoreException {
        try {
            return new Snapshot(version, published, modified, copy);
        } catch (IOException e) {
            throw fault(e);
        }
    }

    private static void close(FileChannel copy) {
        try {
            copy.close();
        } catch (IOException e) {
            LOG.debug("Closing a copy failed, which has no effect", e);
        }
    }

    private StoreException fault(IOException e) {
        return StoreException.ofSpool(directory.toString(), e);
    }

    /** Remembers a version that has been replaced, and releases the store's hold of it. */
    void retire(Snapshot snapshot) {
        replaced.addLast(snapshot);
        snapshot.release();
    }

    /** Revokes the oldest versions until the others fit, and waits until their readers have released them. */
    private void makeRoom() throws StoreException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            freeReplaced();
            long held = replaced.stream().mapToLong(Spool::size).sum();
            if (held <= limit) {
                return;
            }
            long rest = held;
            for (Snapshot oldest : replaced) {
                if (rest > limit) {
                    revoke(oldest);
                    rest -= size(oldest);
                }
            }
            if (System.nanoTime() - end > 0) {
                throw StoreException.ofReplica(
                        "slow clients hold too much of the spool",
                        "%d versions that have been replaced take %d bytes, and SPOOL_SIZE allows %d. The server frees the space when it ends the connections of the slowest readers. Raise SPOOL_SIZE, or let the server end slow connections earlier"
                                .formatted(replaced.size(), held, limit),
                        null);
            }
            LockSupport.parkNanos(this, POLL.toNanos());
        }
    }

    private void revoke(Snapshot oldest) {
        if (!oldest.isRevoked()) {
            LOG.info(
                    "SPOOL_SIZE is used up. The slow readers of a replaced version are disconnected: {}",
                    oldest.version());
        }
        oldest.revoke();
    }

    /** Frees versions that nobody reads any more and that their last reader could not free. */
    void freeReplaced() {
        replaced.removeIf(Snapshot::free);
    }

    private static long size(Snapshot snapshot) {
        return snapshot.version().size();
    }
}
