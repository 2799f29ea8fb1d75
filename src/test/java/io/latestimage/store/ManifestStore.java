package io.latestimage.store;

import io.latestimage.store.ImageStore.Current;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/** The real store. */
final class ManifestStore implements TestedStore {
    /** So short that what hangs is found soon; what does not hang takes no time, by the clocks of the matrix. */
    static final Duration DEADLINE = Duration.ofMillis(20);

    private static final Duration LONG = Duration.ofMinutes(5);

    private final ImageStore store;

    private ManifestStore(
            Path folder, Function<Freshness.Check, Freshness> freshness, Supplier<OperationClock> clocks) {
        Path spool = folder.resolveSibling("spool");
        this.store = new ImageStore(
                new ImageStore.Options(folder, spool, 1 << 20, 1 << 20, 1, DEADLINE, LONG), freshness, clocks);
    }

    /** Looks on the thread that asks, so that all steps have one order. */
    static final class Inline implements Kind {
        @Override
        public TestedStore open(Path folder, Supplier<OperationClock> clocks) {
            return new ManifestStore(folder, InlineLook::new, clocks);
        }

        @Override
        public void sweep(Path folder) throws IOException {
            ManifestStore.sweep(folder);
        }
    }

    /** Looks on a thread of its own, as in life. */
    static final class Shared implements Kind {
        @Override
        public TestedStore open(Path folder, Supplier<OperationClock> clocks) {
            return new ManifestStore(folder, check -> new SharedRevalidation(check, DEADLINE), clocks);
        }

        @Override
        public void sweep(Path folder) throws IOException {
            ManifestStore.sweep(folder);
        }
    }

    private record InlineLook(Freshness.Check check) implements AlwaysAvailable {
        @Override
        public Result await() {
            try {
                check.run();
                return Result.FRESH;
            } catch (ReplicaFaultException e) {
                return Result.REPLICA_FAULT;
            } catch (IOException e) {
                return Result.STORAGE_UNAVAILABLE;
            }
        }
    }

    @Override
    public Optional<byte[]> image() throws IOException {
        try (Current current = store.current()) {
            return switch (current) {
                case Current.Image image
                when image.freshness() == Freshness.Result.FRESH -> Optional.of(bytes(image.snapshot()));
                case Current.None _ -> Optional.empty();
                case Current.Image image -> throw new IOException("not fresh: " + image.freshness());
                case Current.Unknown unknown -> throw new IOException("unknown: " + unknown.freshness());
            };
        }
    }

    private static byte[] bytes(Snapshot snapshot) {
        byte[] bytes = new byte[Math.toIntExact(snapshot.version().size())];
        snapshot.slice(0, bytes.length).get(bytes);
        return bytes;
    }

    @Override
    public void replace(byte[] image) throws IOException {
        int half = image.length / 2;
        try (Upload upload = store.upload()) {
            upload.write(ByteBuffer.wrap(image, 0, half));
            upload.write(ByteBuffer.wrap(image, half, image.length - half));
            upload.commit(_ -> true);
        } catch (RejectedImageException e) {
            throw new AssertionError(e);
        }
    }

    /** There is one place for uploads: whoever has it knows that the one before has ended. */
    @Override
    public void awaitIdle() {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() - end < 0) {
            try (Upload _ = store.upload()) {
                return;
            } catch (StorageException e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        throw new AssertionError("an upload does not end");
    }

    @Override
    public void close() {
        store.close();
    }

    private static void sweep(Path folder) throws IOException {
        Publisher publisher = new Publisher(LONG, () -> true);
        OrphanSweeper sweeper =
                new OrphanSweeper(new Volume(folder, new OperationClock()), publisher, Optional::empty, LONG);
        try {
            sweeper.sweep();
            sweeper.sweep();
        } catch (RejectedImageException e) {
            throw new AssertionError(e);
        }
    }
}
