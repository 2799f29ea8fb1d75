package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitLockTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void runsATaskAndLeavesNothing() throws Exception {
        CommitLock lock = new CommitLock(new Volume(folder), PATIENCE, () -> true);
        AtomicBoolean locked = new AtomicBoolean();
        lock.run(_ -> locked.set(Files.exists(folder.resolve(".lock"))), () -> {});
        assertThat(locked).isTrue();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesNothingWhenATaskFails() throws Exception {
        CommitLock lock = new CommitLock(new Volume(folder), PATIENCE, () -> true);
        assertThatIOException()
                .isThrownBy(() -> lock.run(
                        _ -> {
                            throw new IOException("the task fails");
                        },
                        () -> {}));
        assertThat(folder).isEmptyDirectory();
        lock.run(_ -> {}, () -> {});
    }

    @Test
    void takesOverWhatAKilledProcessLeft() throws Exception {
        Files.createFile(folder.resolve(".lock"));
        new CommitLock(new Volume(folder), PATIENCE, () -> true).run(_ -> {}, () -> {});
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void letsOneTaskRunAtATime() throws Exception {
        CommitLock lock = new CommitLock(new Volume(folder), PATIENCE, () -> true);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        AtomicBoolean overlap = new AtomicBoolean();
        CompletableFuture<?>[] replacers = new CompletableFuture<?>[6];
        for (int i = 0; i < replacers.length; i++) {
            replacers[i] = runAsync(() -> {
                for (int round = 0; round < 30; round++) {
                    lock.run(
                            _ -> {
                                overlap.compareAndSet(false, running.incrementAndGet() != 1);
                                Thread.onSpinWait();
                                runs.incrementAndGet();
                                running.decrementAndGet();
                            },
                            () -> {});
                }
            });
        }
        CompletableFuture.allOf(replacers).get(60, TimeUnit.SECONDS);
        assertThat(overlap).isFalse();
        assertThat(runs).hasValue(6 * 30);
        assertThat(folder).isEmptyDirectory();
    }

    /** Another process holds it: waiting reports progress, and ends when the lock is free. */
    @Test
    void waitsForAnotherOwner() throws Exception {
        CommitLock lock = new CommitLock(new Volume(folder), PATIENCE, () -> true);
        CountDownLatch waiting = new CountDownLatch(50);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<?> result;
        try (LockOwner _ = LockOwner.start(folder.resolve(".lock"))) {
            result = runAsync(() -> lock.run(_ -> done.set(true), waiting::countDown));
            assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(done).isFalse();
        }
        result.get(20, TimeUnit.SECONDS);
        assertThat(done).isTrue();
    }

    @Test
    void givesUpWhenTheVolumeDoes() throws Exception {
        AtomicBoolean available = new AtomicBoolean(true);
        CommitLock lock = new CommitLock(new Volume(folder), PATIENCE, available::get);
        try (LockOwner _ = LockOwner.start(folder.resolve(".lock"))) {
            CountDownLatch waiting = new CountDownLatch(50);
            CompletableFuture<?> result = runAsync(() -> lock.run(_ -> {}, waiting::countDown));
            assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
            available.set(false);
            assertThat(result)
                    .failsWithin(20, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("another upload");
        }
    }

    /** A process that holds the lock until its input ends: within one JVM, POSIX locks are of no use. */
    private record LockOwner(Process process) implements AutoCloseable {
        static LockOwner start(Path file) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home", ""), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path", ""),
                            Holder.class.getName(),
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(process.getInputStream().read()).as("it has the lock").isEqualTo('!');
            return new LockOwner(process);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** What the process runs. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException {
            try (FileChannel channel =
                            FileChannel.open(Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                System.out.print('!');
                System.out.flush();
                System.in.read();
            }
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static CompletableFuture<?> runAsync(Action action) {
        CompletableFuture<?> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                action.run();
                result.complete(null);
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
