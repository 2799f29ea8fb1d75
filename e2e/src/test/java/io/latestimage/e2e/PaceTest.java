package io.latestimage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Duration INTERVAL = Duration.ofMillis(400);
    private static final Duration QUICK = Duration.ofMillis(1);

    @Test
    void keepsItsRateWhenSomeAnswersAreLate() {
        List<Long> quick = sent(Duration.ofSeconds(100), start -> QUICK.toNanos());
        List<Long> late =
                sent(Duration.ofSeconds(100), start -> seconds(start) % 10 == 5 ? 2_000_000_000L : 100_000_000L);
        assertThat(quick.size()).isCloseTo(250, within(10));
        assertThat(late.size()).isCloseTo(250, within(10));
    }

    @Test
    void catchesUpWithTheRequestsOfAtMostTheLargestLag() {
        long stall = Duration.ofSeconds(60).toNanos();
        List<Long> sent = sent(Duration.ofSeconds(70), start -> seconds(start) < 5 ? stall : QUICK.toNanos());
        long first = sent.getFirst() + stall;
        // The requests that became due in the last MAX_LAG of the stall, and those of the second after it.
        assertThat(sent.stream()
                        .filter(start -> start >= first
                                && start < first + Duration.ofSeconds(1).toNanos())
                        .count())
                .isCloseTo(Pace.MAX_LAG.plusSeconds(1).dividedBy(INTERVAL), within(3L));
    }

    @Test
    void variesTheIntervalBetweenRequests() {
        List<Long> sent = sent(Duration.ofSeconds(100), start -> QUICK.toNanos());
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < sent.size(); i++) {
            gaps.add(sent.get(i) - sent.get(i - 1));
        }
        assertThat(gaps).allMatch(gap -> gap >= INTERVAL.toNanos() / 2 && gap <= INTERVAL.toNanos() * 3 / 2);
        assertThat(gaps.stream().distinct().count()).isGreaterThan(gaps.size() / 2);
    }

    /**
     * Simulates a client, from time 0 to {@code time}.
     *
     * @param latency from the start of a request to the time until its answer, both in nanoseconds
     * @return when the client sends each request, in nanoseconds
     */
    private static List<Long> sent(Duration time, LongUnaryOperator latency) {
        List<Long> sent = new ArrayList<>();
        long now = 0;
        Pace pace = new Pace(INTERVAL, new SplittableRandom(1), now);
        while (true) {
            now += Math.max(0, pace.untilDue(now));
            if (now >= time.toNanos()) {
                return sent;
            }
            sent.add(now);
            now += latency.applyAsLong(now);
            pace.answered(now);
        }
    }

    private static long seconds(long nanos) {
        return nanos / 1_000_000_000;
    }
}
