package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** However many wrong tokens there are, the log gets a line per minute, and the lines account for all of them. */
class WrongTokensTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1); // the clock of the JVM may overflow
    private final WrongTokens wrongTokens = new WrongTokens(now::get);

    @Test
    void logsTheFirstAtOnce() {
        assertThat(wrongTokens.add()).hasValue(1);
    }

    @Test
    void logsAtMostOnePerMinute() {
        int lines = 0;
        long counted = 0;
        for (int i = 0; i < 10_000; i++) {
            OptionalLong due = wrongTokens.add();
            lines += due.isPresent() ? 1 : 0;
            counted += due.orElse(0);
            now.addAndGet(Duration.ofMillis(60).toNanos());
        }
        assertThat(lines).isEqualTo(10); // 10,000 × 60 ms are 10 minutes
        assertThat(counted).isEqualTo(9_001); // the others are in the next line
    }
}
