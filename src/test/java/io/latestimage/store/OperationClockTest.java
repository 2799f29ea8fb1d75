package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.latestimage.store.OperationClock.Operation;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OperationClockTest {
    private final OperationClock clock = new OperationClock();

    @Test
    void measuresTheOperationInProgress() throws Exception {
        assertThat(clock.elapsed()).isZero();
        Duration during = clock.run(Operation.READ, "latest", () -> {
            Duration first = clock.elapsed();
            while (clock.elapsed().compareTo(first) <= 0) {
                Thread.onSpinWait();
            }
            return clock.elapsed();
        });
        assertThat(during).isPositive();
        assertThat(clock.elapsed()).as("between operations").isZero();
    }

    @Test
    void measuresEachOperationByItself() throws Exception {
        long before = System.nanoTime();
        clock.run(Operation.READ, "latest", () -> {
            while (System.nanoTime() - before < Duration.ofMillis(5).toNanos()) {
                Thread.onSpinWait();
            }
            return true;
        });
        long between = System.nanoTime();
        Duration second = clock.run(Operation.READ, "latest", clock::elapsed);
        assertThat(second).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - between));
    }

    @Test
    void endsTheMeasurementOfAFailedOperation() {
        assertThatIOException()
                .isThrownBy(() -> clock.run(Operation.READ, "latest", () -> {
                    throw new IOException("fails");
                }))
                .withMessage("fails");
        assertThat(clock.elapsed()).isZero();
    }
}
