package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.store.RejectedImageException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VolumeWorkerTest {
    private static final Duration SOON = Duration.ofMillis(500);

    private final CountDownLatch hangs = new CountDownLatch(1);

    private static VolumeWorker lane(String name) {
        return new VolumeWorker(name, SOON, new Volume(Path.of("unused"), new OperationClock()));
    }

    @AfterEach
    void end() {
        hangs.countDown();
    }

    @Test
    void worksOnAPlatformThreadOfItsOwnInOrder() throws Exception {
        VolumeWorker lane = lane("lane");
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        lane.run(_ -> done.add("first on " + Thread.currentThread().getName()));
        lane.runLater(_ -> done.add("second"));
        lane.run(_ -> done.add(Thread.currentThread().isVirtual() ? "virtual" : "third"));
        assertThat(done).containsExactly("first on lane", "second", "third");
    }

    @Test
    void passesOnWhatATaskThrows() throws Exception {
        VolumeWorker lane = lane("lane");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> lane.run(_ -> {
                    throw new IOException("the volume fails");
                }))
                .withMessage("the volume fails");
        assertThatExceptionOfType(RejectedImageException.class)
                .isThrownBy(() -> lane.run(_ -> {
                    throw new RejectedImageException(Reason.EMPTY);
                }));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> lane.run(_ -> {
                    throw new IllegalArgumentException("a fault");
                }));
        lane.run(_ -> true); // none of that has ended the thread
    }

    @Test
    void waitsNoLongerThanTheDeadlineForAnOperation() throws Exception {
        VolumeWorker lane = lane("lane");
        long start = System.nanoTime();
        assertThatThrownBy(() -> lane.run(this::hang)).isInstanceOf(TimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SOON, SOON.multipliedBy(10));
    }

    @Test
    void waitsAsLongAsThereIsProgress() throws Exception {
        VolumeWorker lane = lane("lane");
        boolean done = lane.run(volume -> {
            long end = System.nanoTime() + 3 * SOON.toNanos();
            while (System.nanoTime() - end < 0) {
                volume.clock().run(OperationClock.Operation.WRITE, "", () -> true);
            }
            return true;
        });
        assertThat(done).isTrue();
    }

    /** Such as to wait for the lock that another replica holds. */
    @Test
    void waitsForWhatIsNoOperation() throws Exception {
        VolumeWorker lane = lane("lane");
        boolean done = lane.run(_ -> {
            long end = System.nanoTime() + 3 * SOON.toNanos();
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            return true;
        });
        assertThat(done).isTrue();
    }

    /** A container looks for threads that an application has left behind as soon as that is closed. */
    @Test
    void hasNoThreadOnceItIsClosed() throws Exception {
        for (int round = 0; round < 2000; round++) {
            VolumeWorker lane = lane("lane");
            Thread thread = lane.run(_ -> Thread.currentThread());
            lane.close();
            assertThat(thread.isAlive()).as("in round %d", round).isFalse();
        }
    }

    private static boolean countDown(CountDownLatch latch) {
        latch.countDown();
        return true;
    }

    @Test
    void cleansUpAfterwardsWhenTheVolumeLetsIt() throws Exception {
        VolumeWorker lane = lane("lane");
        CountDownLatch cleaned = new CountDownLatch(1);
        assertThatThrownBy(() -> lane.run(this::hang)).isInstanceOf(TimeoutException.class);
        lane.runLater(_ -> countDown(cleaned));
        assertThatThrownBy(() -> lane.run(_ -> true)).isInstanceOf(TimeoutException.class);
        assertThat(cleaned.getCount()).isOne();
        hangs.countDown();
        assertThat(cleaned.await(10, TimeUnit.SECONDS)).isTrue();
        lane.run(_ -> true);
    }

    @Test
    void harmsNoOtherLaneWhenItHangs() throws Exception {
        List<VolumeWorker> lanes = List.of(lane("one"), lane("two"));
        assertThatThrownBy(() -> lanes.getFirst().run(this::hang)).isInstanceOf(TimeoutException.class);
        lanes.getLast().run(_ -> true);
    }

    private boolean hang(Volume volume) throws IOException {
        return volume.clock().run(OperationClock.Operation.WRITE, "", () -> {
            try {
                return hangs.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
    }
}
