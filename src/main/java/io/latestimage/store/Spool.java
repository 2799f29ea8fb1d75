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
import org.jspecify.annotations.Nullable;

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
     * Copies the open file, hashing it on the way.
     *
     * @param modified the date of the file, or null where it may be another version's
     * @param progress is called after each operation on the source
     * @return the copy, held once; empty where the file is not an image of a known format
     * @throws IOException also where the file gives more or fewer bytes than it has
     */
    Optional<Snapshot> copy(FileChannel source, @Nullable Instant modified, Runnable progress) throws IOException {
        long size = source.size();
        makeRoom(size);
        Digest digest = new Digest();
        Path name = directory.resolve("latest-image-" + UUID.randomUUID());
        try (FileChannel copy = FileChannel.open(name, CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE)) {
            progress.run();
            while (source.read(buffer.clear()) > 0) {
                progress.run();
                digest.update(buffer.flip().slice());
                while (buffer.hasRemaining()) {
                    copy.write(buffer);
                }
            }
            if (digest.size() != size) {
                throw new IOException("the image should have %d bytes and gave %d".formatted(size, digest.size()));
            }
            Optional<ImageVersion> version = digest.finish();
            if (version.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Snapshot(version.get(), modified, copy));
        }
    }

    /** Takes note of a version that is not the latest any more, and lets go of the store's hold of it. */
    void retire(Snapshot snapshot) {
        replaced.addLast(snapshot);
        snapshot.release();
    }

    void create() throws IOException {
        Files.createDirectories(directory);
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
