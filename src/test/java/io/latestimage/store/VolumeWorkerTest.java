package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.store.StoreFailure.EmptyImage;
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

    private static VolumeWorker worker(String name) {
        return new VolumeWorker(name, SOON, new Volume(Path.of("unused"), new OperationClock()));
    }

    @AfterEach
    void end() {
        hangs.countDown();
    }

    @Test
    void worksOnAPlatformThreadOfItsOwnInOrder() throws Exception {
        VolumeWorker worker = worker("worker");
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        worker.run(_ -> done.add("first on " + Thread.currentThread().getName()));
        worker.runLater(_ -> done.add("second"));
        worker.run(_ -> done.add(Thread.currentThread().isVirtual() ? "virtual" : "third"));
        assertThat(done).containsExactly("first on worker", "second", "third");
    }

    @Test
    void passesOnWhatATaskThrows() throws Exception {
        VolumeWorker worker = worker("worker");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> worker.run(_ -> {
                    throw new IOException("the volume fails");
                }))
                .withMessage("the volume fails");
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> worker.run(_ -> {
                    throw new StoreException(new EmptyImage());
                }));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> worker.run(_ -> {
                    throw new IllegalArgumentException("a fault");
                }));
        worker.run(_ -> true); // none of that has ended the thread
    }

    @Test
    void waitsNoLongerThanTheDeadlineForAnOperation() throws Exception {
        VolumeWorker worker = worker("worker");
        long start = System.nanoTime();
        assertThatThrownBy(() -> worker.run(this::hang)).isInstanceOf(TimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SOON, SOON.multipliedBy(10));
    }

    @Test
    void waitsAsLongAsThereIsProgress() throws Exception {
        VolumeWorker worker = worker("worker");
        boolean done = worker.run(volume -> {
            long end = System.nanoTime() + 3 * SOON.toNanos();
            while (System.nanoTime() - end < 0) {
                volume.clock().run(OperationClock.Operation.WRITE, "", () -> true);
            }
            return true;
        });
        assertThat(done).isTrue();
    }

    /** For example the wait for a lock that another replica holds. */
    @Test
    void waitsOutsideOfOperationsWithoutADeadline() throws Exception {
        VolumeWorker worker = worker("worker");
        boolean done = worker.run(_ -> {
            long end = System.nanoTime() + 3 * SOON.toNanos();
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            return true;
        });
        assertThat(done).isTrue();
    }

    /** As soon as an application is closed, a container reports the threads that it has left behind. */
    @Test
    void hasNoThreadOnceItIsClosed() throws Exception {
        for (int round = 0; round < 2000; round++) {
            VolumeWorker worker = worker("worker");
            Thread thread = worker.run(_ -> Thread.currentThread());
            worker.close();
            assertThat(thread.isAlive()).as("in round %d", round).isFalse();
        }
    }

    private static boolean countDown(CountDownLatch latch) {
        latch.countDown();
        return true;
    }

    @Test
    void cleansUpWhenTheVolumeAnswersAgain() throws Exception {
        VolumeWorker worker = worker("worker");
        CountDownLatch cleaned = new CountDownLatch(1);
        assertThatThrownBy(() -> worker.run(this::hang)).isInstanceOf(TimeoutException.class);
        worker.runLater(_ -> countDown(cleaned));
        assertThatThrownBy(() -> worker.run(_ -> true)).isInstanceOf(TimeoutException.class);
        assertThat(cleaned.getCount()).isOne();
        hangs.countDown();
        assertThat(cleaned.await(10, TimeUnit.SECONDS)).isTrue();
        worker.run(_ -> true);
    }

    @Test
    void harmsNoOtherWorkerWhenItHangs() throws Exception {
        List<VolumeWorker> workers = List.of(worker("one"), worker("two"));
        assertThatThrownBy(() -> workers.getFirst().run(this::hang)).isInstanceOf(TimeoutException.class);
        workers.getLast().run(_ -> true);
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
