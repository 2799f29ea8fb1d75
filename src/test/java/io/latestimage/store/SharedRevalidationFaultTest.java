package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.store.Freshness.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link SharedRevalidation} takes for an outage, what for a fault of this replica, and what for neither. */
class SharedRevalidationFaultTest {
    private static final Duration NEVER = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMillis(200);

    private final List<SharedRevalidation> checks = new ArrayList<>();

    @AfterEach
    void close() {
        checks.forEach(SharedRevalidation::close);
    }

    static Stream<Throwable> faults() {
        return Stream.of(new IllegalStateException("a fault"), new StackOverflowError(), new AssertionError("a fault"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void survivesACheckThatThrowsAnything(Throwable fault) throws Exception {
        AtomicInteger count = new AtomicInteger();
        SharedRevalidation check = new SharedRevalidation(
                new Timed(_ -> {
                    if (count.incrementAndGet() == 1) {
                        throwUnchecked(fault);
                    }
                }),
                NEVER);
        checks.add(check);
        assertThat(check.await()).as("no fault of the storage").isEqualTo(Result.REPLICA_FAULT);
        awaitAvailable(check);
        assertThat(check.await()).isEqualTo(Result.FRESH);
    }

    private static void throwUnchecked(Throwable fault) {
        if (fault instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) fault;
    }

    /** A check whose operations on the volume a clock measures. */
    private static final class Timed implements Freshness.Check {
        private final OperationClock clock = new OperationClock();
        private final Action action;

        interface Action {
            void run(OperationClock clock) throws IOException;
        }

        Timed(Action action) {
            this.action = action;
        }

        @Override
        public void run() throws IOException {
            action.run(clock);
        }

        @Override
        public Duration elapsed() {
            return clock.elapsed();
        }
    }

    /** Each operation has the deadline for itself: a long copy that goes on is no outage. */
    @Test
    void givesEveryOperationItsOwnDeadline() throws Exception {
        Duration deadline = Duration.ofMillis(500);
        SharedRevalidation check = new SharedRevalidation(
                new Timed(clock -> {
                    long end = System.nanoTime() + 2 * deadline.toNanos();
                    while (System.nanoTime() - end < 0) {
                        clock.run(OperationClock.Operation.READ, "", () -> true);
                    }
                }),
                deadline);
        checks.add(check);
        assertThat(check.await()).isEqualTo(Result.FRESH);
    }

    /** To hash, or to use the local disk, is no operation of the volume, however long it takes. */
    @Test
    void givesNoDeadlineToWhatIsNoOperation() throws Exception {
        SharedRevalidation check = new SharedRevalidation(
                new Timed(_ -> {
                    long end = System.nanoTime() + 3 * SOON.toNanos();
                    while (System.nanoTime() - end < 0) {
                        Thread.onSpinWait();
                    }
                }),
                SOON);
        checks.add(check);
        assertThat(check.await()).isEqualTo(Result.FRESH);
    }

    @Test
    void takesAFaultOfThisReplicaForNoOutage() throws Exception {
        SharedRevalidation check = new SharedRevalidation(
                new Timed(_ -> {
                    throw new ReplicaFaultException("the spool is full", "make space", null);
                }),
                NEVER);
        checks.add(check);
        assertThat(check.await()).isEqualTo(Result.REPLICA_FAULT);
        assertThat(check.latest()).isEqualTo(Result.REPLICA_FAULT);
        assertThat(check.fault()).isEqualTo("the spool is full");
    }

    /** A fault may turn into another, or into an outage, and the other way round. */
    @Test
    void saysWhichFaultItIsAsLongAsItIsOne() throws Exception {
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        SharedRevalidation check = new SharedRevalidation(
                new Timed(_ -> {
                    IOException e = failure.get();
                    if (e != null) {
                        throw e;
                    }
                }),
                NEVER);
        checks.add(check);
        assertThat(check.await()).isEqualTo(Result.FRESH);
        assertThat(check.fault()).isEmpty();
        failure.set(new ReplicaFaultException("the spool is full", "make space", null));
        assertThat(check.await()).isEqualTo(Result.REPLICA_FAULT);
        assertThat(check.fault()).isEqualTo("the spool is full");
        failure.set(new ReplicaFaultException("the spool is read-only", "remount it", null));
        await("another fault", () -> check.fault().equals("the spool is read-only"));
        assertThat(check.latest()).isEqualTo(Result.REPLICA_FAULT);
        failure.set(new IOException("Input/output error"));
        await("an outage", () -> check.latest() == Result.STORAGE_UNAVAILABLE);
        await("no fault", () -> check.fault().isEmpty());
        failure.set(null);
        awaitAvailable(check);
        assertThat(check.fault()).isEmpty();
    }

    private static void awaitAvailable(SharedRevalidation check) throws TimeoutException {
        await("available again", () -> check.latest() == Result.FRESH);
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
