package io.latestimage.store;

import io.latestimage.store.ImageStore.Current;
import io.latestimage.store.StoreFailure.Outage;
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
    /** Short, so that a hang is found soon. By the clocks of the fault matrix, all other operations take no time. */
    static final Duration DEADLINE = Duration.ofMillis(20);

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final ImageStore store;

    private ManifestStore(
            Path folder, Function<Freshness.Revalidation, Freshness> freshness, Supplier<OperationClock> clocks) {
        Path spool = folder.resolveSibling("spool");
        this.store = new ImageStore(
                new ImageStore.Options(folder, spool, 1 << 20, 1 << 20, 1, DEADLINE, WAIT, LONG, WAIT),
                freshness,
                clocks);
    }

    /** Revalidates on the caller's thread, so that the steps always have the same order. */
    static final class Inline implements Kind {
        @Override
        public TestedStore open(Path folder, Supplier<OperationClock> clocks) {
            return new ManifestStore(folder, InlineRevalidation::new, clocks);
        }

        @Override
        public void sweep(Path folder) throws IOException {
            ManifestStore.sweep(folder);
        }
    }

    /** Revalidates on a thread of its own, as in production. */
    static final class Shared implements Kind {
        @Override
        public TestedStore open(Path folder, Supplier<OperationClock> clocks) {
            return new ManifestStore(folder, revalidation -> new SharedRevalidation(revalidation, DEADLINE), clocks);
        }

        @Override
        public void sweep(Path folder) throws IOException {
            ManifestStore.sweep(folder);
        }
    }

    private record InlineRevalidation(Freshness.Revalidation revalidation) implements AlwaysAvailable {
        @Override
        public Optional<Outage> await() {
            try {
                revalidation.run();
                return Optional.empty();
            } catch (StoreException e) {
                return Optional.of((Outage) e.failure());
            } catch (IOException e) {
                return Optional.of(new StoreFailure.StorageUnavailable());
            }
        }
    }

    @Override
    public Optional<byte[]> image() throws IOException {
        try (Current current = store.current()) {
            return switch (current) {
                case Current.Image image when image.outage().isEmpty() -> Optional.of(bytes(image.snapshot()));
                case Current.None _ -> Optional.empty();
                case Current.Image image -> throw new IOException("not fresh: " + image.outage());
                case Current.Unavailable unavailable -> throw new IOException("unknown: " + unavailable.outage());
            };
        }
    }

    private static byte[] bytes(Snapshot snapshot) {
        byte[] bytes = new byte[Math.toIntExact(snapshot.version().size())];
        snapshot.slice(0, bytes.length).get(bytes);
        return bytes;
    }

    @Override
    public void replace(byte[] image) throws StoreException {
        int half = image.length / 2;
        try (Upload upload = store.upload()) {
            upload.write(ByteBuffer.wrap(image, 0, half));
            upload.write(ByteBuffer.wrap(image, half, image.length - half));
            upload.commit(_ -> true);
        }
    }

    @Override
    public void delete() throws StoreException {
        store.delete(_ -> true);
    }

    /** There is one place for uploads. When it can be acquired, the previous upload has ended. */
    @Override
    public void awaitIdle() {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() - end < 0) {
            try (Upload _ = store.upload()) {
                return;
            } catch (StoreException e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        throw new AssertionError("an upload has not ended");
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
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }
}
