package io.latestimage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
    private static final Await SHORT = Await.atMost(Duration.ofMillis(30)).every(Duration.ofMillis(1));

    private final AtomicInteger probes = new AtomicInteger();

    @Test
    void returnsTheFirstValueThatIsWanted() throws Exception {
        assertThat(SHORT.value("three", probes::incrementAndGet, probe -> probe == 3))
                .isEqualTo(3);
        assertThat(probes).hasValue(3);
    }

    @Test
    void reportsTheLastValue() {
        assertThatThrownBy(() -> SHORT.value("all pods ready", () -> "2 of 3", "3 of 3"::equals))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("not within 0 s: all pods ready; seen last: 2 of 3");
    }

    @Test
    void probesAgainAfterAnIoException() throws Exception {
        assertThat(SHORT.value(
                        "an answer",
                        () -> {
                            if (probes.incrementAndGet() < 3) {
                                throw new IOException("refused");
                            }
                            return "there";
                        },
                        "there"::equals))
                .isEqualTo("there");
        assertThatThrownBy(() -> SHORT.value(
                        "an answer",
                        () -> {
                            throw new IOException("refused");
                        },
                        "there"::equals))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("seen last: refused")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void endsTheWaitAtAnyOtherException() {
        assertThatThrownBy(() -> SHORT.value(
                        "a number",
                        () -> {
                            probes.incrementAndGet();
                            throw new IllegalStateException("broken");
                        },
                        value -> true))
                .hasMessage("broken");
        assertThat(probes).hasValue(1);
    }

    @Test
    void waitsForACondition() throws Exception {
        assertThat(SHORT.until("the third probe", () -> probes.incrementAndGet() == 3))
                .isPositive();
        assertThatThrownBy(() -> SHORT.until("the end", () -> false)).hasMessage("not within 0 s: the end");
    }
}
