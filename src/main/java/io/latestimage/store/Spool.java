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
 * The local folder of the private copies. On Linux and macOS the JDK unlinks a file opened with DELETE_ON_CLOSE at
 * once, so nothing is left behind however the process ends. For use by one thread.
 *
 * <p>Versions that have been replaced take space for as long as somebody reads them. No copy is begun while they take
 * more than the limit: the oldest are revoked, and their readers, which are the slowest, disconnected. So the files
 * take no more than the limit and two images:
 *
 * <pre>
 *   while a copy is made     replaced, up to the limit │ latest            │ the copy
 *   afterwards               replaced, up to the limit │ the latest before │ latest
 * </pre>
 *
 * <p>The readers of an image that has just been replaced thus have until the next one to finish, whatever the limit.
 */
final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int BUFFER_SIZE = 256 * 1024;

    /**
     * For readers that have been disconnected to let go: far longer than that takes, and bearable for those who wait.
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
     * @param limit how much copies of replaced images may take while another copy is made, in bytes
     */
    Spool(Path directory, long limit) {
        this(directory, limit, PATIENCE);
    }

    /**
     * Uses a folder.
     *
     * @param patience how long a copy waits at most for the readers of what was revoked
     */
    Spool(Path directory, long limit, Duration patience) {
        this.directory = directory;
        this.limit = limit;
        this.patience = patience;
    }

    /**
     * Copies an open file of the volume, and compares it with what it should be. Makes room first, and reads nothing
     * where the copy is known not to fit.
     *
     * @param modified the date of the version in HTTP
     * @return the copy, held once
     * @throws ReplicaFaultException where the local folder does not take the copy, or those who read replaced versions
     *     do not let go of them
     * @throws IOException where the volume fails, or the file is not what it should be
     */
    Snapshot copy(VolumeFile source, ImageVersion version, Instant modified) throws IOException {
        makeRoom();
        FileChannel copy = create();
        try {
            requireSpace(version.size());
            Fingerprint digest = new Fingerprint();
            while (source.read(buffer.clear()) > 0) {
                digest.update(buffer.flip().slice());
                write(copy);
            }
            if (!digest.finish().equals(Optional.of(version))) {
                throw new IOException(
                        "the file %s is not the image that the manifest describes".formatted(source.name()));
            }
            return map(version, modified, copy);
        } finally {
            close(copy);
        }
    }

    private FileChannel create() throws ReplicaFaultException {
        Path name = directory.resolve("latest-image-" + UUID.randomUUID());
        try {
            Files.createDirectories(directory);
            return FileChannel.open(name, CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw fault(e);
        }
    }

    /** Fails where it is certain that the copy will not fit. A file system that cannot tell has a size of 0. */
    private void requireSpace(long needed) throws ReplicaFaultException {
        long usable = directory.toFile().getUsableSpace();
        if (usable < needed && directory.toFile().getTotalSpace() > 0) {
            throw ReplicaFaultException.ofFullSpool(
                    "%s, which has %d bytes left for an image of %d".formatted(directory, usable, needed), null);
        }
    }

    private void write(FileChannel copy) throws ReplicaFaultException {
        try {
            while (buffer.hasRemaining()) {
                copy.write(buffer);
            }
        } catch (IOException e) {
            throw fault(e);
        }
    }

    private Snapshot map(ImageVersion version, Instant modified, FileChannel copy) throws ReplicaFaultException {
        try {
            return new Snapshot(version, modified, copy);
        } catch (IOException e) {
            throw fault(e);
        }
    }

    private static void close(FileChannel copy) {
        try {
            copy.close();
        } catch (IOException e) {
            LOG.debug("The copy is complete, or was given up", e);
        }
    }

    private ReplicaFaultException fault(IOException e) {
        return ReplicaFaultException.ofSpool(directory.toString(), e);
    }

    /** Takes note of a version that is not the latest any more, and lets go of the store's hold of it. */
    void retire(Snapshot snapshot) {
        replaced.addLast(snapshot);
        snapshot.release();
    }

    /** Revokes the oldest until the others fit, and waits until their readers have let go. */
    private void makeRoom() throws ReplicaFaultException {
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
                throw new ReplicaFaultException(
                        "slow clients hold too much of the spool",
                        "%d versions that have been replaced take %d bytes, and SPOOL_SIZE allows %d. Those that are too much are free when the server ends the connections of their readers. Raise SPOOL_SIZE, or have it end slow writes earlier"
                                .formatted(replaced.size(), held, limit),
                        null);
            }
            LockSupport.parkNanos(this, POLL.toNanos());
        }
    }

    private void revoke(Snapshot oldest) {
        if (!oldest.isRevoked()) {
            LOG.info(
                    "The slow readers of {} are disconnected: it was replaced long ago, and SPOOL_SIZE is used up",
                    oldest.version());
        }
        oldest.revoke();
    }

    /** Lets go of what nobody reads any more, where the last reader could not. */
    void freeReplaced() {
        replaced.removeIf(Snapshot::free);
    }

    private static long size(Snapshot snapshot) {
        return snapshot.version().size();
    }
}
