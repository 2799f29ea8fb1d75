package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainScheduleTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long BEGIN = 7 * SECOND;

    /** In 8 of the 10 seconds of the drain, from its first call on. */
    @Test
    void allowsFewerAndFewerToWait() {
        DrainSchedule drain = new DrainSchedule(Duration.ofSeconds(10));
        assertThat(drain.allowed(BEGIN, 1000)).isEqualTo(1000);
        assertThat(drain.allowed(BEGIN + SECOND, 1000)).isEqualTo(875);
        assertThat(drain.allowed(BEGIN + 2 * SECOND, 3)).isEqualTo(750); // some have got another image meanwhile
        assertThat(drain.allowed(BEGIN + 8 * SECOND - 1, 3)).isEqualTo(1);
        assertThat(drain.allowed(BEGIN + 8 * SECOND, 3)).isZero();
        assertThat(drain.allowed(BEGIN + 9 * SECOND, 3)).isZero();
    }

    @Test
    void allowsNoneWithoutADrain() {
        assertThat(new DrainSchedule(Duration.ZERO).allowed(BEGIN, 1000)).isZero();
    }

    @Test
    void hasNoLimit() {
        DrainSchedule drain = new DrainSchedule(Duration.ofHours(1));
        assertThat(drain.allowed(0, 500_000)).isEqualTo(500_000);
        assertThat(drain.allowed(Duration.ofMinutes(24).toNanos(), 500_000)).isEqualTo(250_000);
    }
}
