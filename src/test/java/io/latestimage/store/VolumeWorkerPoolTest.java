package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VolumeWorkerPoolTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final VolumeWorkerPool lanes =
            new VolumeWorkerPool(1, LONG, () -> new Volume(Path.of("unused"), new OperationClock()));
    private final BlockingQueue<Integer> served = new LinkedBlockingQueue<>();

    @Test
    void hasAsManyAsItWasToldAndTakesTheOneUsedLastFirst() {
        VolumeWorkerPool two = new VolumeWorkerPool(2, LONG, () -> new Volume(Path.of("unused"), new OperationClock()));
        VolumeWorker one = two.take(Duration.ZERO);
        VolumeWorker other = two.take(Duration.ZERO);
        assertThat(one).isNotNull().isNotSameAs(other);
        assertThat(other).isNotNull();
        assertThat(two.take(Duration.ZERO)).isNull();
        two.putBack(other);
        two.putBack(one);
        assertThat(two.take(Duration.ZERO)).isSameAs(one);
    }

    @Test
    void servesThoseFirstWhoWaitLongest() throws Exception {
        VolumeWorker only = lanes.take(Duration.ZERO);
        assertThat(only).isNotNull();
        for (int i = 1; i <= 5; i++) {
            int number = i;
            Thread thread = Thread.ofPlatform().start(() -> take(number));
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        for (int i = 1; i <= 5; i++) {
            lanes.putBack(only);
            assertThat(served.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(i);
        }
    }

    /** Whoever comes at the moment when a lane is put back is no earlier than those who wait. */
    @Test
    void letsNobodyOvertakeThoseWhoWait() throws Exception {
        for (int round = 1; round <= 200; round++) {
            int number = round;
            VolumeWorker only = lanes.take(LONG);
            assertThat(only).isNotNull();
            Thread waiter = Thread.ofPlatform().start(() -> take(number));
            while (waiter.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            lanes.putBack(only);
            assertThat(lanes.take(Duration.ZERO)).as("of a newcomer").isNull();
            assertThat(served.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(round);
            lanes.putBack(only);
        }
    }

    private void take(int number) {
        if (lanes.take(LONG) != null) {
            served.add(number);
        }
    }

    @Test
    void endsTheThreadsOfLanesThatComeBackLate() throws Exception {
        VolumeWorker late = lanes.take(Duration.ZERO);
        assertThat(late).isNotNull();
        Thread[] thread = new Thread[1];
        late.run(_ -> thread[0] = Thread.currentThread());
        lanes.close();
        assertThat(thread[0].isAlive()).isTrue();
        lanes.putBack(late);
        assertThat(thread[0].join(Duration.ofSeconds(5)))
                .as("ended, long before idle ones do")
                .isTrue();
    }
}
