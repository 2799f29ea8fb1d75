package io.latestimage.store;

import io.latestimage.store.OperationClock.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A broken store. It replaces the image by renaming a file, on an NFS client that first renames the open old file in a
 * separate request. It reports that an upload that misses its deadline has changed nothing, but the upload continues.
 */
final class RenameStore implements TestedStore {
    private static final String IMAGE = "image";

    private final Path folder;
    private final OperationClock clock;
    private final Volume volume;
    private final VolumeWorker worker;

    private RenameStore(Path folder, OperationClock clock) {
        this.folder = folder;
        this.clock = clock;
        this.volume = new Volume(folder, clock);
        this.worker = new VolumeWorker("rename", Duration.ofMillis(20), volume);
    }

    /** Opens such stores. */
    static final class OnNfs implements Kind {
        @Override
        public TestedStore open(Path folder, Supplier<OperationClock> clocks) {
            return new RenameStore(folder, clocks.get());
        }

        @Override
        public void sweep(Path folder) throws IOException {
            List<Path> files;
            try (Stream<Path> all = Files.list(folder)) {
                files = all.filter(file -> !file.endsWith(IMAGE)).toList();
            }
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    @Override
    public Optional<byte[]> image() throws IOException {
        try (VolumeFile file = volume.open(IMAGE)) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(file.size()));
            while (buffer.hasRemaining() && file.read(buffer) > 0) {}
            return Optional.of(buffer.array());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void replace(byte[] image) throws IOException, StoreException {
        try {
            worker.run(_ -> rename(image));
        } catch (TimeoutException e) {
            throw StoreException.ofMissedDeadline(e);
        }
    }

    private boolean rename(byte[] image) throws StoreException {
        String name = ".upload-" + UUID.randomUUID();
        try {
            volume.create();
        } catch (IOException e) {
            throw StoreException.ofVolume(e);
        }
        try (VolumeFile file = volume.createFile(name)) {
            file.write(ByteBuffer.wrap(image));
            file.force();
        } catch (IOException e) {
            throw StoreException.ofVolume(e);
        }
        try {
            if (Files.exists(folder.resolve(IMAGE))) {
                move(IMAGE, ".nfs00000000");
            }
            move(name, IMAGE);
            volume.forceFolder();
            return volume.delete(".nfs00000000");
        } catch (IOException e) {
            throw StoreException.ofUnknownOutcome(e);
        }
    }

    private void move(String from, String to) throws IOException {
        clock.run(
                Operation.CREATE,
                to,
                () -> Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE));
    }

    @Override
    public void awaitIdle() throws IOException {
        boolean idle = false;
        while (!idle) {
            try {
                idle = worker.run(_ -> true);
            } catch (TimeoutException e) {
                Thread.onSpinWait();
            } catch (StoreException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
