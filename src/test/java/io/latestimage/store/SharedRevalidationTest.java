package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedRevalidationTest {
    private static final Duration NEVER = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMillis(200);

    private final FakeVolume volume = new FakeVolume();
    private final List<SharedRevalidation> opened = new ArrayList<>();

    /**
     * Announces each revalidation in {@code begun}. It ends when a permit is released, and fails if the volume is
     * broken.
     */
    private static final class FakeVolume implements Freshness.Revalidation {
        final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
        final Semaphore permits = new Semaphore(0);
        final AtomicInteger count = new AtomicInteger();
        final AtomicInteger running = new AtomicInteger();
        final AtomicInteger runningAtMost = new AtomicInteger();
        volatile boolean broken;

        /** When the current revalidation began, or 0. */
        volatile long start;

        @Override
        public Duration elapsed() {
            long began = start;
            return began == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - began);
        }

        @Override
        public void run() throws IOException {
            start = Math.max(1, System.nanoTime());
            runningAtMost.accumulateAndGet(running.incrementAndGet(), Math::max);
            begun.add(count.incrementAndGet());
            permits.acquireUninterruptibly();
            running.decrementAndGet();
            start = 0;
            if (broken) {
                throw new IOException("the fake volume is broken");
            }
        }

        int awaitBegun() throws InterruptedException, TimeoutException {
            Integer number = begun.poll(10, TimeUnit.SECONDS);
            if (number == null) {
                throw new TimeoutException("no revalidation begins");
            }
            return number;
        }
    }

    private SharedRevalidation start(Duration deadline) {
        SharedRevalidation shared = new SharedRevalidation(volume, deadline);
        opened.add(shared);
        return shared;
    }

    @AfterEach
    void close() {
        volume.permits.release(1_000_000);
        opened.forEach(SharedRevalidation::close);
    }

    @Test
    void revalidatesOnlyOnRequest() throws Exception {
        SharedRevalidation shared = start(NEVER);
        shared.request();
        assertThat(volume.awaitBegun()).isEqualTo(1);
        volume.permits.release(1);
        CompletableFuture<Optional<Outage>> waiter = await(shared);
        assertThat(volume.awaitBegun()).isEqualTo(2);
        volume.permits.release(1);
        assertThat(get(waiter)).isEmpty();
        assertThat(volume.count).hasValue(2);
    }

    /** As in the diagram: a reader that arrives during a revalidation is served by the next one. */
    @Test
    void givesAReaderARevalidationThatBeganAfterItArrived() throws Exception {
        SharedRevalidation shared = start(NEVER);
        CompletableFuture<Optional<Outage>> early = await(shared);
        assertThat(volume.awaitBegun()).isEqualTo(1);
        CompletableFuture<Optional<Outage>> late = await(shared);
        volume.permits.release(1);
        assertThat(get(early)).isEmpty();
        assertThat(volume.awaitBegun()).isEqualTo(2);
        assertThat(late).isNotDone();
        volume.permits.release(1);
        assertThat(get(late)).isEmpty();
    }

    @Test
    void letsAllReadersThatArriveDuringARevalidationShareTheNext() throws Exception {
        SharedRevalidation shared = start(NEVER);
        CompletableFuture<Optional<Outage>> first = await(shared);
        assertThat(volume.awaitBegun()).isEqualTo(1);
        List<CompletableFuture<Optional<Outage>>> others = awaitMany(shared, 1000);
        volume.permits.release(1);
        assertThat(get(first)).isEmpty();
        assertThat(volume.awaitBegun()).isEqualTo(2);
        assertThat(others).noneMatch(CompletableFuture::isDone);
        volume.permits.release(1);
        for (CompletableFuture<Optional<Outage>> other : others) {
            assertThat(get(other)).isEmpty();
        }
        assertThat(volume.count).hasValue(2);
    }

    @Test
    void runsOneRevalidationAtATimeHoweverManyReadersWait() throws Exception {
        SharedRevalidation shared = start(NEVER);
        volume.permits.release(1_000_000);
        CompletableFuture<?>[] readers = new CompletableFuture<?>[8];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = new CompletableFuture<Optional<Outage>>();
            CompletableFuture<?> reader = readers[i];
            Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 2000; round++) {
                    if (shared.await().isPresent()) {
                        reader.completeExceptionally(new AssertionError("stale"));
                    }
                }
                reader.complete(null);
            });
        }
        CompletableFuture.allOf(readers).get(30, TimeUnit.SECONDS);
        assertThat(volume.runningAtMost).hasValue(1);
    }

    @Test
    void releasesWaitingReadersIfTheVolumeHangs() throws Exception {
        SharedRevalidation shared = start(SOON);
        CompletableFuture<Optional<Outage>> served = await(shared);
        volume.awaitBegun();
        CompletableFuture<Optional<Outage>> next = await(shared);
        assertThat(get(served)).contains(new StorageUnavailable());
        assertThat(get(next)).contains(new StorageUnavailable());
        assertThat(shared.latest()).contains(new StorageUnavailable());
        // From now on readers do not wait. This runs on the test's thread, which a wait would block for ever.
        for (int i = 0; i < 1000; i++) {
            assertThat(shared.await()).contains(new StorageUnavailable());
            shared.request();
        }
        assertThat(volume.count).as("no second revalidation while one hangs").hasValue(1);
    }

    @Test
    void isAvailableAgainWhenTheHangingRevalidationReturns() throws Exception {
        SharedRevalidation shared = start(SOON);
        assertThat(get(await(shared))).contains(new StorageUnavailable());
        volume.permits.release(1_000_000);
        awaitAvailable(shared);
        assertThat(shared.await()).isEmpty();
    }

    @Test
    void triesAgainIfARevalidationFails() throws Exception {
        SharedRevalidation shared = start(NEVER);
        volume.broken = true;
        CompletableFuture<Optional<Outage>> waiter = await(shared);
        volume.awaitBegun();
        volume.permits.release(1);
        assertThat(get(waiter)).contains(new StorageUnavailable());
        assertThat(shared.latest()).contains(new StorageUnavailable());
        assertThat(shared.await()).as("at once").contains(new StorageUnavailable());
        assertThat(volume.awaitBegun()).as("by itself").isEqualTo(2);
        volume.permits.release(1);
        assertThat(volume.awaitBegun()).as("and again").isEqualTo(3);
        volume.broken = false;
        volume.permits.release(1_000_000);
        awaitAvailable(shared);
        assertThat(shared.await()).isEmpty();
    }

    @Test
    void releasesAllWhenItIsClosed() throws Exception {
        SharedRevalidation shared = start(NEVER);
        CompletableFuture<Optional<Outage>> served = await(shared);
        volume.awaitBegun();
        List<CompletableFuture<Optional<Outage>>> waiters = awaitMany(shared, 10);
        shared.close();
        assertThat(get(served)).contains(new StorageUnavailable());
        for (CompletableFuture<Optional<Outage>> waiter : waiters) {
            assertThat(get(waiter)).contains(new StorageUnavailable());
        }
        assertThat(shared.await()).as("afterwards").contains(new StorageUnavailable());
    }

    private static CompletableFuture<Optional<Outage>> await(SharedRevalidation shared) throws Exception {
        return awaitMany(shared, 1).getFirst();
    }

    /** Returns when all of them are waiting, or have their result. */
    private static List<CompletableFuture<Optional<Outage>>> awaitMany(SharedRevalidation shared, int count)
            throws Exception {
        List<CompletableFuture<Optional<Outage>>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<Optional<Outage>> result = new CompletableFuture<>();
            results.add(result);
            Thread thread = Thread.ofVirtual().start(() -> result.complete(shared.await()));
            while (!result.isDone() && thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        return results;
    }

    private static void awaitAvailable(SharedRevalidation shared) throws TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (shared.latest().isPresent()) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("not available again");
            }
            Thread.onSpinWait();
        }
    }

    private static Optional<Outage> get(CompletableFuture<Optional<Outage>> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(20, TimeUnit.SECONDS);
    }
}
