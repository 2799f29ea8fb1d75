package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RepeatingThreadTest {
    private final BlockingQueue<Integer> rounds = new LinkedBlockingQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    private int nextRound() throws Exception {
        Integer round = rounds.poll(20, TimeUnit.SECONDS);
        assertThat(round).as("another round").isNotNull();
        return round;
    }

    @Test
    void goesOnWhateverARoundThrows() throws Exception {
        try (RepeatingThread thread = new RepeatingThread("test-loop", Duration.ofMillis(1), () -> {
            int round = count.incrementAndGet();
            rounds.add(round);
            switch (round) {
                case 1 -> throw new IllegalStateException("a fault");
                case 2 -> throw new StackOverflowError();
                case 3 -> throw new OutOfMemoryError("made up by the test");
                case 4 -> throw new AssertionError("a fault");
                default -> LockSupport.park();
            }
        })) {
            thread.start();
            for (int round = 1; round <= 5; round++) {
                assertThat(nextRound()).isEqualTo(round);
            }
            thread.wake();
            assertThat(nextRound()).isEqualTo(6);
        }
    }

    @Test
    void endsWhenItIsClosed() throws Exception {
        Thread[] own = new Thread[1];
        RepeatingThread thread = new RepeatingThread("test-loop", Duration.ZERO, () -> {
            own[0] = Thread.currentThread();
            rounds.add(count.incrementAndGet());
            LockSupport.park();
        });
        thread.start();
        assertThat(nextRound()).isEqualTo(1);
        thread.close();
        assertThat(thread.isClosed()).isTrue();
        assertThat(own[0].join(Duration.ofSeconds(20))).isTrue();
    }
}
