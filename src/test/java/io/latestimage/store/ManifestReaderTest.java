package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.latestimage.store.OperationClock.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestReaderTest {
    private static final Duration NEVER = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    private final ScriptedClock clock = new ScriptedClock();
    private final Publisher publisher = new Publisher(NEVER, () -> true);
    private Volume volume;

    @BeforeEach
    void create() throws Exception {
        volume = new Volume(folder, clock);
        write(1);
    }

    private void write(long generation) throws IOException {
        Files.write(folder.resolve(Volume.MANIFEST), record(generation));
    }

    private static byte[] record(long generation) {
        return new ManifestRecord.Deleted(generation, Instant.EPOCH, Instant.EPOCH).bytes();
    }

    private ManifestReader reader(Duration identifyInterval) {
        return new ManifestReader(volume, publisher.mutex(), identifyInterval);
    }

    private static long generation(ManifestReader reader) throws IOException {
        return reader.read().current().orElseThrow().generation();
    }

    /** This is all that a revalidation costs while nothing changes. */
    @Test
    void readsOnceFromTheSameDescriptorAndReturnsTheSameObject() throws Exception {
        ManifestReader reader = reader(NEVER);
        Manifest first = reader.read();
        clock.operations().clear();
        assertThat(reader.read()).isSameAs(first);
        assertThat(clock.operations()).containsExactly("READ latest");
        write(2);
        assertThat(generation(reader)).isEqualTo(2);
        reader.forget();
    }

    @Test
    void reopensTheManifestAfterAFailedRead() throws Exception {
        ManifestReader reader = reader(NEVER);
        assertThat(generation(reader)).isEqualTo(1);
        write(2);
        clock.operations().clear();
        clock.fail(1, Errno.ESTALE, (operation, _) -> operation == Operation.READ);
        assertThat(generation(reader)).isEqualTo(2);
        assertThat(clock.operations()).containsSubsequence("READ latest", "CLOSE latest", "OPEN latest", "READ latest");
        reader.forget();
    }

    @Test
    void findsAManifestThatAnOperatorHasReplaced() throws Exception {
        ManifestReader careful = reader(Duration.ZERO);
        ManifestReader careless = reader(NEVER);
        assertThat(generation(careful)).isEqualTo(1);
        assertThat(generation(careless)).isEqualTo(1);
        Path restored = Files.write(folder.resolve("restored"), record(7));
        Files.move(restored, folder.resolve(Volume.MANIFEST), StandardCopyOption.REPLACE_EXISTING);
        assertThat(generation(careful)).isEqualTo(7);
        assertThat(generation(careless)).as("negative control: it never asks").isEqualTo(1);
        careful.forget();
        careless.forget();
    }

    @Test
    void failsIfTheManifestIsGoneAndReadsItWhenItIsBack() throws Exception {
        ManifestReader reader = reader(Duration.ZERO);
        assertThat(generation(reader)).isEqualTo(1);
        Files.delete(folder.resolve(Volume.MANIFEST));
        assertThatIOException().isThrownBy(reader::read);
        write(3);
        assertThat(generation(reader)).isEqualTo(3);
        reader.forget();
    }

    /**
     * Revalidations continue during a publication of the same process, which must not lose its lock because of them.
     */
    @Test
    void keepsTheLockOfAPublicationOfThisProcess() throws Exception {
        ManifestReader reader = reader(NEVER);
        reader.read();
        assertThat(isLockLost(reader, true)).isFalse();
        assertThat(generation(reader)).as("afterwards").isEqualTo(1);
        reader.forget();
    }

    @Test
    void negativeControlClosingTheManifestDuringAPublicationLosesItsLock() throws Exception {
        Lock another = new ReentrantLock();
        ManifestReader reader = new ManifestReader(volume, another, NEVER);
        reader.read();
        assertThat(isLockLost(reader, false)).isTrue();
        reader.forget();
    }

    /**
     * Whether another process can lock the manifest in the middle of a publication, after revalidations, one of which
     * fails.
     */
    private boolean isLockLost(ManifestReader reader, boolean refuses) throws Exception {
        return publisher.locked(new Volume(folder, new OperationClock()), (_, _) -> {
            onOtherThread(() -> {
                reader.read();
                clock.fail(1, Errno.ESTALE, (operation, _) -> operation == Operation.READ);
                if (refuses) {
                    assertThatIOException().isThrownBy(reader::read).withMessageContaining("current publication");
                } else {
                    reader.read();
                }
            });
            return LockOwner.couldLock(folder.resolve(Volume.MANIFEST));
        });
    }

    private interface Action {
        void run() throws IOException;
    }

    /** The mutex of the publisher is reentrant. So this needs another thread, as in production. */
    private static void onOtherThread(Action action) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            action.run();
            return true;
        });
        Thread thread = Thread.ofPlatform().start(task);
        try {
            thread.join();
            assertThat(task.get()).isTrue();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
