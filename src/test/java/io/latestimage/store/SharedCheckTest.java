package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SharedCheckTest {
    private static final Duration NEVER = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMillis(200);

    private final FakeVolume volume = new FakeVolume();
    private final List<SharedCheck> checks = new ArrayList<>();

    /** Each check is announced in {@code begun}, and ends when a permit is given, in the way that is set then. */
    private static final class FakeVolume implements Freshness.Check {
        final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
        final Semaphore permits = new Semaphore(0);
        final AtomicInteger count = new AtomicInteger();
        final AtomicInteger running = new AtomicInteger();
        final AtomicInteger runningAtMost = new AtomicInteger();
        volatile boolean broken;

        @Override
        public void run(Runnable progress) throws IOException {
            runningAtMost.accumulateAndGet(running.incrementAndGet(), Math::max);
            begun.add(count.incrementAndGet());
            permits.acquireUninterruptibly();
            running.decrementAndGet();
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

    private SharedCheck start(Duration deadline) {
        SharedCheck check = new SharedCheck(volume, deadline);
        checks.add(check);
        return check;
    }

    @AfterEach
    void close() {
        volume.permits.release(1_000_000);
        checks.forEach(SharedCheck::close);
    }

    @Test
    void checksOnlyWhenAsked() throws Exception {
        SharedCheck check = start(NEVER);
        check.request();
        assertThat(volume.awaitBegun()).isEqualTo(1);
        volume.permits.release(1);
        CompletableFuture<Boolean> waiter = await(check);
        assertThat(volume.awaitBegun()).isEqualTo(2);
        volume.permits.release(1);
        assertThat(get(waiter)).isTrue();
        assertThat(volume.count).hasValue(2);
    }

    /** The diagram: one who comes during a check is not served by it, but by the next. */
    @Test
    void givesAWaiterACheckThatBeganAfterItCame() throws Exception {
        SharedCheck check = start(NEVER);
        CompletableFuture<Boolean> early = await(check);
        assertThat(volume.awaitBegun()).isEqualTo(1);
        CompletableFuture<Boolean> late = await(check);
        volume.permits.release(1);
        assertThat(get(early)).isTrue();
        assertThat(volume.awaitBegun()).isEqualTo(2);
        assertThat(late).isNotDone();
        volume.permits.release(1);
        assertThat(get(late)).isTrue();
    }

    @Test
    void letsAllWhoComeDuringACheckShareTheNext() throws Exception {
        SharedCheck check = start(NEVER);
        CompletableFuture<Boolean> first = await(check);
        assertThat(volume.awaitBegun()).isEqualTo(1);
        List<CompletableFuture<Boolean>> others = awaitMany(check, 1000);
        volume.permits.release(1);
        assertThat(get(first)).isTrue();
        assertThat(volume.awaitBegun()).isEqualTo(2);
        assertThat(others).noneMatch(CompletableFuture::isDone);
        volume.permits.release(1);
        for (CompletableFuture<Boolean> other : others) {
            assertThat(get(other)).isTrue();
        }
        assertThat(volume.count).hasValue(2);
    }

    @Test
    void runsOneCheckAtATimeHoweverManyWait() throws Exception {
        SharedCheck check = start(NEVER);
        volume.permits.release(1_000_000);
        CompletableFuture<?>[] readers = new CompletableFuture<?>[8];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = new CompletableFuture<Boolean>();
            CompletableFuture<?> reader = readers[i];
            Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 2000; round++) {
                    if (!check.await()) {
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
        SharedCheck check = start(SOON);
        CompletableFuture<Boolean> served = await(check);
        volume.awaitBegun();
        CompletableFuture<Boolean> next = await(check);
        assertThat(get(served)).isFalse();
        assertThat(get(next)).isFalse();
        assertThat(check.isAvailable()).isFalse();
        // From now on at once: on this thread, which a wait would block, as nothing ends the check.
        for (int i = 0; i < 1000; i++) {
            assertThat(check.await()).isFalse();
            check.request();
        }
        assertThat(volume.count).as("no second check while one hangs").hasValue(1);
    }

    @Test
    void isAvailableAgainWhenTheHungCheckReturns() throws Exception {
        SharedCheck check = start(SOON);
        assertThat(get(await(check))).isFalse();
        volume.permits.release(1_000_000);
        awaitAvailable(check);
        assertThat(check.await()).isTrue();
    }

    @Test
    void triesAgainWhenACheckFails() throws Exception {
        SharedCheck check = start(NEVER);
        volume.broken = true;
        CompletableFuture<Boolean> waiter = await(check);
        volume.awaitBegun();
        volume.permits.release(1);
        assertThat(get(waiter)).isFalse();
        assertThat(check.isAvailable()).isFalse();
        assertThat(check.await()).as("at once").isFalse();
        assertThat(volume.awaitBegun()).as("by itself").isEqualTo(2);
        volume.permits.release(1);
        assertThat(volume.awaitBegun()).as("and again").isEqualTo(3);
        volume.broken = false;
        volume.permits.release(1_000_000);
        awaitAvailable(check);
        assertThat(check.await()).isTrue();
    }

    static Stream<Throwable> faults() {
        return Stream.of(new IllegalStateException("a fault"), new StackOverflowError(), new AssertionError("a fault"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void survivesACheckThatThrowsAnything(Throwable fault) throws Exception {
        AtomicInteger count = new AtomicInteger();
        SharedCheck check = new SharedCheck(
                _ -> {
                    if (count.incrementAndGet() == 1) {
                        throwUnchecked(fault);
                    }
                },
                NEVER);
        checks.add(check);
        assertThat(get(await(check))).isFalse();
        awaitAvailable(check);
        assertThat(get(await(check))).isTrue();
    }

    private static void throwUnchecked(Throwable fault) {
        if (fault instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) fault;
    }

    /** Each operation has the deadline for itself: a long copy that goes on is no outage. */
    @Test
    void givesEveryOperationItsOwnDeadline() throws Exception {
        Duration deadline = Duration.ofMillis(500);
        SharedCheck check = new SharedCheck(
                progress -> {
                    long end = System.nanoTime() + 2 * deadline.toNanos();
                    while (System.nanoTime() - end < 0) {
                        progress.run();
                        Thread.onSpinWait();
                    }
                },
                deadline);
        checks.add(check);
        assertThat(check.await()).isTrue();
    }

    @Test
    void releasesAllWhenItIsClosed() throws Exception {
        SharedCheck check = start(NEVER);
        CompletableFuture<Boolean> served = await(check);
        volume.awaitBegun();
        List<CompletableFuture<Boolean>> waiters = awaitMany(check, 10);
        check.close();
        assertThat(get(served)).isFalse();
        for (CompletableFuture<Boolean> waiter : waiters) {
            assertThat(get(waiter)).isFalse();
        }
        assertThat(check.await()).as("afterwards").isFalse();
    }

    private static CompletableFuture<Boolean> await(SharedCheck check) throws Exception {
        return awaitMany(check, 1).getFirst();
    }

    /** Returns when all of them are waiting, or have got their answer. */
    private static List<CompletableFuture<Boolean>> awaitMany(SharedCheck check, int count) throws Exception {
        List<CompletableFuture<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<Boolean> result = new CompletableFuture<>();
            results.add(result);
            Thread thread = Thread.ofVirtual().start(() -> result.complete(check.await()));
            while (!result.isDone() && thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        return results;
    }

    private static void awaitAvailable(SharedCheck check) throws TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!check.isAvailable()) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("not available again");
            }
            Thread.onSpinWait();
        }
    }

    private static boolean get(CompletableFuture<Boolean> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(20, TimeUnit.SECONDS);
    }
}
