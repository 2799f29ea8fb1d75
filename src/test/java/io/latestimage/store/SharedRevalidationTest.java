package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.store.Freshness.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private final List<SharedRevalidation> checks = new ArrayList<>();

    /** Each check is announced in {@code begun}, and ends when a permit is given, in the way that is set then. */
    private static final class FakeVolume implements Freshness.Check {
        final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
        final Semaphore permits = new Semaphore(0);
        final AtomicInteger count = new AtomicInteger();
        final AtomicInteger running = new AtomicInteger();
        final AtomicInteger runningAtMost = new AtomicInteger();
        volatile boolean broken;

        /** When the check under way began, or 0. */
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
                throw new TimeoutException("no check begins");
            }
            return number;
        }
    }

    private SharedRevalidation start(Duration deadline) {
        SharedRevalidation check = new SharedRevalidation(volume, deadline);
        checks.add(check);
        return check;
    }

    @AfterEach
    void close() {
        volume.permits.release(1_000_000);
        checks.forEach(SharedRevalidation::close);
    }

    @Test
    void checksOnlyWhenAsked() throws Exception {
        SharedRevalidation check = start(NEVER);
        check.request();
        assertThat(volume.awaitBegun()).isEqualTo(1);
        volume.permits.release(1);
        CompletableFuture<Result> waiter = await(check);
        assertThat(volume.awaitBegun()).isEqualTo(2);
        volume.permits.release(1);
        assertThat(get(waiter)).isEqualTo(Result.FRESH);
        assertThat(volume.count).hasValue(2);
    }

    /** The diagram: one who comes during a check is not served by it, but by the next. */
    @Test
    void givesAWaiterACheckThatBeganAfterItCame() throws Exception {
        SharedRevalidation check = start(NEVER);
        CompletableFuture<Result> early = await(check);
        assertThat(volume.awaitBegun()).isEqualTo(1);
        CompletableFuture<Result> late = await(check);
        volume.permits.release(1);
        assertThat(get(early)).isEqualTo(Result.FRESH);
        assertThat(volume.awaitBegun()).isEqualTo(2);
        assertThat(late).isNotDone();
        volume.permits.release(1);
        assertThat(get(late)).isEqualTo(Result.FRESH);
    }

    @Test
    void letsAllWhoComeDuringACheckShareTheNext() throws Exception {
        SharedRevalidation check = start(NEVER);
        CompletableFuture<Result> first = await(check);
        assertThat(volume.awaitBegun()).isEqualTo(1);
        List<CompletableFuture<Result>> others = awaitMany(check, 1000);
        volume.permits.release(1);
        assertThat(get(first)).isEqualTo(Result.FRESH);
        assertThat(volume.awaitBegun()).isEqualTo(2);
        assertThat(others).noneMatch(CompletableFuture::isDone);
        volume.permits.release(1);
        for (CompletableFuture<Result> other : others) {
            assertThat(get(other)).isEqualTo(Result.FRESH);
        }
        assertThat(volume.count).hasValue(2);
    }

    @Test
    void runsOneCheckAtATimeHoweverManyWait() throws Exception {
        SharedRevalidation check = start(NEVER);
        volume.permits.release(1_000_000);
        CompletableFuture<?>[] readers = new CompletableFuture<?>[8];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = new CompletableFuture<Result>();
            CompletableFuture<?> reader = readers[i];
            Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 2000; round++) {
                    if (check.await() != Result.FRESH) {
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
    void sendsWaitersOnWhenTheVolumeHangs() throws Exception {
        SharedRevalidation check = start(SOON);
        CompletableFuture<Result> served = await(check);
        volume.awaitBegun();
        CompletableFuture<Result> next = await(check);
        assertThat(get(served)).isEqualTo(Result.STORAGE_UNAVAILABLE);
        assertThat(get(next)).isEqualTo(Result.STORAGE_UNAVAILABLE);
        assertThat(check.latest()).isEqualTo(Result.STORAGE_UNAVAILABLE);
        // From now on at once: on this thread, which a wait would block, as nothing ends the check.
        for (int i = 0; i < 1000; i++) {
            assertThat(check.await()).isEqualTo(Result.STORAGE_UNAVAILABLE);
            check.request();
        }
        assertThat(volume.count).as("no second check while one hangs").hasValue(1);
    }

    @Test
    void isAvailableAgainWhenTheHungCheckReturns() throws Exception {
        SharedRevalidation check = start(SOON);
        assertThat(get(await(check))).isEqualTo(Result.STORAGE_UNAVAILABLE);
        volume.permits.release(1_000_000);
        awaitAvailable(check);
        assertThat(check.await()).isEqualTo(Result.FRESH);
    }

    @Test
    void triesAgainWhenACheckFails() throws Exception {
        SharedRevalidation check = start(NEVER);
        volume.broken = true;
        CompletableFuture<Result> waiter = await(check);
        volume.awaitBegun();
        volume.permits.release(1);
        assertThat(get(waiter)).isEqualTo(Result.STORAGE_UNAVAILABLE);
        assertThat(check.latest()).isEqualTo(Result.STORAGE_UNAVAILABLE);
        assertThat(check.await()).as("at once").isEqualTo(Result.STORAGE_UNAVAILABLE);
        assertThat(volume.awaitBegun()).as("by itself").isEqualTo(2);
        volume.permits.release(1);
        assertThat(volume.awaitBegun()).as("and again").isEqualTo(3);
        volume.broken = false;
        volume.permits.release(1_000_000);
        awaitAvailable(check);
        assertThat(check.await()).isEqualTo(Result.FRESH);
    }

    @Test
    void releasesAllWhenItIsClosed() throws Exception {
        SharedRevalidation check = start(NEVER);
        CompletableFuture<Result> served = await(check);
        volume.awaitBegun();
        List<CompletableFuture<Result>> waiters = awaitMany(check, 10);
        check.close();
        assertThat(get(served)).isEqualTo(Result.STORAGE_UNAVAILABLE);
        for (CompletableFuture<Result> waiter : waiters) {
            assertThat(get(waiter)).isEqualTo(Result.STORAGE_UNAVAILABLE);
        }
        assertThat(check.await()).as("afterwards").isEqualTo(Result.STORAGE_UNAVAILABLE);
    }

    private static CompletableFuture<Result> await(SharedRevalidation check) throws Exception {
        return awaitMany(check, 1).getFirst();
    }

    /** Returns when all of them are waiting, or have got their answer. */
    private static List<CompletableFuture<Result>> awaitMany(SharedRevalidation check, int count) throws Exception {
        List<CompletableFuture<Result>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<Result> result = new CompletableFuture<>();
            results.add(result);
            Thread thread = Thread.ofVirtual().start(() -> result.complete(check.await()));
            while (!result.isDone() && thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        return results;
    }

    private static void awaitAvailable(SharedRevalidation check) throws TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (check.latest() != Result.FRESH) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("not available again");
            }
            Thread.onSpinWait();
        }
    }

    private static Result get(CompletableFuture<Result> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(20, TimeUnit.SECONDS);
    }
}
