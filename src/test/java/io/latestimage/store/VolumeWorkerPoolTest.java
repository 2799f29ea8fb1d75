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

    private final VolumeWorkerPool workers =
            new VolumeWorkerPool(1, LONG, () -> new Volume(Path.of("unused"), new OperationClock()));
    private final BlockingQueue<Integer> served = new LinkedBlockingQueue<>();

    @Test
    void hasTheGivenNumberOfWorkersAndAcquiresTheLastUsedFirst() {
        VolumeWorkerPool two = new VolumeWorkerPool(2, LONG, () -> new Volume(Path.of("unused"), new OperationClock()));
        VolumeWorker one = two.acquire(Duration.ZERO);
        VolumeWorker other = two.acquire(Duration.ZERO);
        assertThat(one).isNotNull().isNotSameAs(other);
        assertThat(other).isNotNull();
        assertThat(two.acquire(Duration.ZERO)).isNull();
        two.release(other);
        two.release(one);
        assertThat(two.acquire(Duration.ZERO)).isSameAs(one);
    }

    @Test
    void servesWaitersFirstInFirstOut() throws Exception {
        VolumeWorker only = workers.acquire(Duration.ZERO);
        assertThat(only).isNotNull();
        for (int i = 1; i <= 5; i++) {
            int number = i;
            Thread thread = Thread.ofPlatform().start(() -> take(number));
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        for (int i = 1; i <= 5; i++) {
            workers.release(only);
            assertThat(served.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(i);
        }
    }

    /** A caller that arrives when a worker is released does not come before those that wait. */
    @Test
    void letsNobodyOvertakeWaiters() throws Exception {
        for (int round = 1; round <= 200; round++) {
            int number = round;
            VolumeWorker only = workers.acquire(LONG);
            assertThat(only).isNotNull();
            Thread waiter = Thread.ofPlatform().start(() -> take(number));
            while (waiter.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            workers.release(only);
            assertThat(workers.acquire(Duration.ZERO))
                    .as("by a caller that has just arrived")
                    .isNull();
            assertThat(served.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(round);
            workers.release(only);
        }
    }

    private void take(int number) {
        if (workers.acquire(LONG) != null) {
            served.add(number);
        }
    }

    @Test
    void endsTheThreadsOfWorkersThatAreReleasedAfterTheClose() throws Exception {
        VolumeWorker late = workers.acquire(Duration.ZERO);
        assertThat(late).isNotNull();
        Thread[] thread = new Thread[1];
        late.run(_ -> thread[0] = Thread.currentThread());
        workers.close();
        assertThat(thread[0].isAlive()).isTrue();
        workers.release(late);
        assertThat(thread[0].join(Duration.ofSeconds(5)))
                .as("ended, long before the threads of idle workers end")
                .isTrue();
    }
}
