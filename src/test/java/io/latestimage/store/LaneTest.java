package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.store.RejectedImageException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final Duration SOON = Duration.ofMillis(500);

    private final CountDownLatch hangs = new CountDownLatch(1);

    @AfterEach
    void end() {
        hangs.countDown();
    }

    @Test
    void worksOnAPlatformThreadOfItsOwnInOrder() throws Exception {
        Lane lane = new Lane("lane", SOON);
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        lane.run(_ -> done.add("first on " + Thread.currentThread().getName()));
        lane.runLater(() -> done.add("second"));
        lane.run(_ -> done.add(Thread.currentThread().isVirtual() ? "virtual" : "third"));
        assertThat(done).containsExactly("first on lane", "second", "third");
    }

    @Test
    void passesOnWhatATaskThrows() throws Exception {
        Lane lane = new Lane("lane", SOON);
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
        lane.run(_ -> {}); // none of that has ended the thread
    }

    @Test
    void waitsNoLongerThanTheDeadlineForAnOperation() throws Exception {
        Lane lane = new Lane("lane", SOON);
        long start = System.nanoTime();
        assertThatThrownBy(() -> lane.run(_ -> hang())).isInstanceOf(TimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SOON, SOON.multipliedBy(10));
    }

    @Test
    void waitsAsLongAsThereIsProgress() throws Exception {
        Lane lane = new Lane("lane", SOON);
        lane.run(progress -> {
            long end = System.nanoTime() + 3 * SOON.toNanos();
            while (System.nanoTime() - end < 0) {
                progress.run();
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void cleansUpAfterwardsWhenTheVolumeLetsIt() throws Exception {
        Lane lane = new Lane("lane", SOON);
        CountDownLatch cleaned = new CountDownLatch(1);
        assertThatThrownBy(() -> lane.run(_ -> hang())).isInstanceOf(TimeoutException.class);
        lane.runLater(cleaned::countDown);
        assertThatThrownBy(() -> lane.run(_ -> {})).isInstanceOf(TimeoutException.class);
        assertThat(cleaned.getCount()).isOne();
        hangs.countDown();
        assertThat(cleaned.await(10, TimeUnit.SECONDS)).isTrue();
        lane.run(_ -> {});
    }

    @Test
    void harmsNoOtherLaneWhenItHangs() throws Exception {
        List<Lane> lanes = List.of(new Lane("one", SOON), new Lane("two", SOON));
        assertThatThrownBy(() -> lanes.getFirst().run(_ -> hang())).isInstanceOf(TimeoutException.class);
        lanes.getLast().run(_ -> {});
    }

    private void hang() throws IOException {
        try {
            hangs.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
