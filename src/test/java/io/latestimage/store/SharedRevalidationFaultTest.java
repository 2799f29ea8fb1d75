package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.store.StoreFailure.ReplicaFault;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link SharedRevalidation} treats as an outage, what as a fault of this replica, and what as neither. */
class SharedRevalidationFaultTest {
    private static final Duration NEVER = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMillis(200);

    private final List<SharedRevalidation> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(SharedRevalidation::close);
    }

    static Stream<Throwable> faults() {
        return Stream.of(new IllegalStateException("a fault"), new StackOverflowError(), new AssertionError("a fault"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void survivesARevalidationThatThrowsAnything(Throwable fault) throws Exception {
        AtomicInteger count = new AtomicInteger();
        SharedRevalidation shared = new SharedRevalidation(
                new Timed(_ -> {
                    if (count.incrementAndGet() == 1) {
                        throwUnchecked(fault);
                    }
                }),
                NEVER);
        opened.add(shared);
        assertThat(shared.await())
                .as("no fault of the storage")
                .contains(new ReplicaFault("an unexpected error occurred"));
        awaitAvailable(shared);
        assertThat(shared.await()).isEmpty();
    }

    private static void throwUnchecked(Throwable fault) {
        if (fault instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) fault;
    }

    /** A revalidation whose operations on the volume a clock measures. */
    private static final class Timed implements Freshness.Revalidation {
        private final OperationClock clock = new OperationClock();
        private final Action action;

        interface Action {
            void run(OperationClock clock) throws IOException, StoreException;
        }

        Timed(Action action) {
            this.action = action;
        }

        @Override
        public void run() throws IOException, StoreException {
            action.run(clock);
        }

        @Override
        public Duration elapsed() {
            return clock.elapsed();
        }
    }

    /** The late one succeeds just after it has been seen to be late: the success counts, not the deadline. */
    @Test
    void isFreshIfALateRevalidationSucceedsWhileItIsFoundLate() throws Exception {
        LateSuccess late = new LateSuccess();
        SharedRevalidation shared = new SharedRevalidation(late, SOON);
        opened.add(shared);
        shared.request();
        assertThat(late.outcomeKnown.get(30, TimeUnit.SECONDS)).isTrue();
        awaitAvailable(shared);
    }

    /** Its first run ends while its time is being read; each later one fails. */
    private static final class LateSuccess implements Freshness.Revalidation {
        private final CompletableFuture<Boolean> foundLate = new CompletableFuture<>();
        /** Complete once the deadline has been compared a second time. */
        private final CompletableFuture<Boolean> outcomeKnown = new CompletableFuture<>();

        private final CompletableFuture<Thread> runner = new CompletableFuture<>();
        private final CountDownLatch end = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void run() throws IOException {
            if (!runner.complete(Thread.currentThread())) {
                throw new IOException("a later run");
            }
            awaitLatch(end);
            ended.countDown();
        }

        @Override
        public Duration elapsed() {
            if (foundLate.isDone()) {
                outcomeKnown.complete(true);
            }
            if (!runner.isDone() || foundLate.isDone()) {
                return Duration.ZERO;
            }
            end.countDown();
            awaitLatch(ended);
            // Then its thread waits: for this one, or, if nothing keeps it from its success, for the next request.
            Thread thread = runner.join();
            while (thread.getState() != Thread.State.BLOCKED && thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            foundLate.complete(true);
            return NEVER;
        }

        private static void awaitLatch(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Each operation has its own deadline: a long copy that makes progress is not an outage. */
    @Test
    void givesEveryOperationItsOwnDeadline() throws Exception {
        Duration deadline = Duration.ofMillis(500);
        SharedRevalidation shared = new SharedRevalidation(
                new Timed(clock -> {
                    long end = System.nanoTime() + 2 * deadline.toNanos();
                    while (System.nanoTime() - end < 0) {
                        clock.run(OperationClock.Operation.READ, "", () -> true);
                    }
                }),
                deadline);
        opened.add(shared);
        assertThat(shared.await()).isEmpty();
    }

    /** Hashing and using the local disk are not operations on the volume, however long they take. */
    @Test
    void hasNoDeadlineOutsideOfOperations() throws Exception {
        SharedRevalidation shared = new SharedRevalidation(
                new Timed(_ -> {
                    long end = System.nanoTime() + 3 * SOON.toNanos();
                    while (System.nanoTime() - end < 0) {
                        Thread.onSpinWait();
                    }
                }),
                SOON);
        opened.add(shared);
        assertThat(shared.await()).isEmpty();
    }

    @Test
    void doesNotTreatAFaultOfThisReplicaAsAnOutage() throws Exception {
        SharedRevalidation shared = new SharedRevalidation(
                new Timed(_ -> {
                    throw StoreException.ofReplica("the spool is full", "make space", null);
                }),
                NEVER);
        opened.add(shared);
        assertThat(shared.await()).contains(new ReplicaFault("the spool is full"));
        assertThat(shared.latest()).contains(new ReplicaFault("the spool is full"));
    }

    /** The volume's operations fail with these errors, too, but the storage is not the cause. */
    @ParameterizedTest
    @CsvSource({"Too many open files, no file descriptors are left", "Cannot allocate memory, not enough memory"})
    void findsAFaultOfThisReplicaByTheErrorNumber(String text, String reason) throws Exception {
        SharedRevalidation shared = new SharedRevalidation(
                new Timed(_ -> {
                    throw new IOException(text);
                }),
                NEVER);
        opened.add(shared);
        assertThat(shared.await()).contains(new ReplicaFault(reason));
    }

    /** For readers, only an outage of the storage and a fault of this replica differ. */
    @ParameterizedTest
    @ValueSource(strings = {"Read-only file system", "No space left on device", "No locks available", "unheard of"})
    void treatsEveryOtherErrorAsAnOutageOfTheStorage(String text) throws Exception {
        SharedRevalidation shared = new SharedRevalidation(
                new Timed(_ -> {
                    throw new IOException(text);
                }),
                NEVER);
        opened.add(shared);
        assertThat(shared.await()).contains(new StorageUnavailable());
    }

    /** A fault may turn into another, or into an outage, and the other way round. */
    @Test
    void reportsTheCurrentFailureUntilItEnds() throws Exception {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        SharedRevalidation shared = new SharedRevalidation(
                new Timed(_ -> {
                    switch (failure.get()) {
                        case null -> {}
                        case IOException e -> throw e;
                        case StoreException e -> throw e;
                        case Exception e -> throw new AssertionError(e);
                    }
                }),
                NEVER);
        opened.add(shared);
        assertThat(shared.await()).isEmpty();
        failure.set(StoreException.ofReplica("the spool is full", "make space", null));
        assertThat(shared.await()).contains(new ReplicaFault("the spool is full"));
        failure.set(StoreException.ofReplica("the spool is read-only", "remount it", null));
        await("another fault", () -> shared.latest().equals(Optional.of(new ReplicaFault("the spool is read-only"))));
        failure.set(new IOException("Input/output error"));
        await("an outage", () -> shared.latest().equals(Optional.of(new StorageUnavailable())));
        failure.set(null);
        awaitAvailable(shared);
    }

    private static void awaitAvailable(SharedRevalidation shared) throws TimeoutException {
        await("available again", () -> shared.latest().isEmpty());
    }

    private static void await(String state, BooleanSupplier condition) throws TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("never: " + state);
            }
            Thread.onSpinWait();
        }
    }
}
