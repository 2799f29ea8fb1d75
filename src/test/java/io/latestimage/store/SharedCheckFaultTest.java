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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link SharedCheck} takes for an outage, what for a fault of this replica, and what for neither. */
class SharedCheckFaultTest {
    private static final Duration NEVER = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMillis(200);

    private final List<SharedCheck> checks = new ArrayList<>();

    @AfterEach
    void close() {
        checks.forEach(SharedCheck::close);
    }

    static Stream<Throwable> faults() {
        return Stream.of(new IllegalStateException("a fault"), new StackOverflowError(), new AssertionError("a fault"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void survivesACheckThatThrowsAnything(Throwable fault) throws Exception {
        AtomicInteger count = new AtomicInteger();
        SharedCheck check = new SharedCheck(
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
        SharedCheck check = new SharedCheck(
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
        SharedCheck check = new SharedCheck(
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
        SharedCheck check = new SharedCheck(
                new Timed(_ -> {
                    throw new ReplicaFaultException("the spool is full", null);
                }),
                NEVER);
        checks.add(check);
        assertThat(check.await()).isEqualTo(Result.REPLICA_FAULT);
        assertThat(check.latest()).isEqualTo(Result.REPLICA_FAULT);
    }

    private static void awaitAvailable(SharedCheck check) throws TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (check.latest() != Result.FRESH) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("not available again");
            }
            Thread.onSpinWait();
        }
    }
}
