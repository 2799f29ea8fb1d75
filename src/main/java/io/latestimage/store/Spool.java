package io.latestimage.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;

/**
 * The local folder of the private copies. On Linux and macOS the JDK unlinks a file opened with DELETE_ON_CLOSE at
 * once, so nothing is left behind however the process ends.
 *
 * <p>Versions that have been replaced take space for as long as somebody reads them. Where they would take more than
 * the limit, the oldest are revoked: their readers, which are the slowest, are cut off, and all others are served.
 */
final class Spool {
    private static final int BUFFER_SIZE = 256 * 1024;

    private final Path directory;
    private final long limit;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private final Deque<Snapshot> replaced = new ArrayDeque<>();

    /**
     * Uses a folder.
     *
     * @param limit how much the copies may take, in bytes, the latest not counted
     */
    Spool(Path directory, long limit) {
        this.directory = directory;
        this.limit = limit;
    }

    /**
     * Copies an open file of the volume, and compares it with what it should be.
     *
     * @param modified the date of the version in HTTP
     * @return the copy, held once
     * @throws ReplicaFaultException where the local folder does not take the copy
     * @throws IOException where the volume fails, or the file is not what it should be
     */
    Snapshot copy(VolumeFile source, ImageVersion version, Instant modified) throws IOException {
        makeRoom(version.size());
        Digest digest = new Digest();
        Path name = directory.resolve("latest-image-" + UUID.randomUUID());
        try (FileChannel copy = create(name)) {
            while (source.read(buffer.clear()) > 0) {
                digest.update(buffer.flip().slice());
                write(copy);
            }
            if (!digest.finish().equals(Optional.of(version))) {
                throw new IOException(
                        "the file %s is not the image that the manifest describes".formatted(source.name()));
            }
            return map(version, modified, copy);
        }
    }

    private FileChannel create(Path name) throws ReplicaFaultException {
        try {
            Files.createDirectories(directory);
            return FileChannel.open(name, CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw fault(e);
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

    private ReplicaFaultException fault(IOException e) {
        return new ReplicaFaultException("the spool %s takes no copy of the image: %s".formatted(directory, e), e);
    }

    /** Takes note of a version that is not the latest any more, and lets go of the store's hold of it. */
    void retire(Snapshot snapshot) {
        replaced.addLast(snapshot);
        snapshot.release();
    }

    private void makeRoom(long needed) {
        replaced.removeIf(Snapshot::isReleased);
        long excess = needed - limit;
        for (Snapshot snapshot : replaced) {
            excess += snapshot.version().size();
        }
        for (Snapshot oldest : replaced) {
            if (excess > 0 && !oldest.isRevoked()) {
                oldest.revoke();
            }
            excess -= oldest.version().size();
        }
    }
}
