package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.latestimage.store.OperationClock.Operation;
import io.latestimage.store.Publisher.Draft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PublisherTest extends PublisherFixture {
    private String currentFile() throws IOException {
        return current().map(record -> ((ManifestRecord.Image) record).file()).orElse("none");
    }

    @Test
    void publishesOneAfterTheOther() throws Exception {
        Draft first = draft(1);
        assertThat(publisher.publish(volume, first, Optional::isEmpty, () -> {}))
                .isEmpty();
        assertThat(currentFile()).isEqualTo(first.file().name());
        Draft second = draft(2);
        Optional<String> hash = Optional.of(first.version().sha256());
        Optional<ManifestRecord> before = publisher.publish(volume, second, hash::equals, () -> {});
        assertThat(before.map(ManifestRecord::generation)).contains(1L);
        assertThat(current().map(ManifestRecord::generation)).contains(2L);
        assertThat(currentFile()).isEqualTo(second.file().name());
    }

    @Test
    void publishesThatTheImageWasDeleted() throws Exception {
        Draft first = draft(1);
        publisher.publish(volume, first, _ -> true, () -> {});
        Optional<String> hash = Optional.of(first.version().sha256());
        Optional<ManifestRecord> before = publisher.delete(volume, hash::equals, () -> {});
        assertThat(before.map(record -> ((ManifestRecord.Image) record).file()))
                .contains(first.file().name());
        assertThat(current()).containsInstanceOf(ManifestRecord.Deleted.class);
        assertThat(current().map(ManifestRecord::generation)).contains(2L);
        assertThat(publisher.publish(volume, draft(2), Optional::isEmpty, () -> {}))
                .containsInstanceOf(ManifestRecord.Deleted.class);
        assertThat(current().map(ManifestRecord::generation)).contains(3L);
    }

    @Test
    void deletesNothingIfThereIsNoImageOrTheConditionDoesNotHold() throws Exception {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> publisher.delete(volume, _ -> true, () -> {}))
                .satisfies(e -> assertThat(e.failure()).isEqualTo(new StoreFailure.NoImage()));
        publisher.publish(volume, draft(1), _ -> true, () -> {});
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> publisher.delete(volume, _ -> false, () -> {}))
                .satisfies(e -> assertThat(e.failure()).isEqualTo(new StoreFailure.ConditionFailed()));
        assertThat(current().map(ManifestRecord::generation)).contains(1L);
    }

    @Test
    void changesNothingIfTheConditionDoesNotHold() throws Exception {
        Draft draft = draft(1);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> publisher.publish(volume, draft, Optional::isPresent, () -> {}));
        assertThat(current()).isEmpty();
    }

    /** Nothing is read or hashed while others wait for the lock. */
    @Test
    void comparesConditionsWithoutReadingAnImage() throws Exception {
        Draft first = draft(1);
        publisher.publish(volume, first, _ -> true, () -> {});
        Draft second = draft(2);
        clock.operations().clear();
        publisher.publish(volume, second, Optional.of(first.version().sha256())::equals, () -> {});
        assertThat(clock.operations())
                .filteredOn(operation -> operation.startsWith("READ"))
                .isNotEmpty()
                .allMatch(operation -> operation.equals("READ latest"));
        assertThat(clock.operations()).doesNotContain("OPEN " + first.file().name());
    }

    @Test
    void isPreventedJustBeforeTheRecord() throws Exception {
        Draft draft = draft(1);
        assertThatIOException()
                .isThrownBy(() -> publisher.publish(volume, draft, _ -> true, () -> {
                    throw new IOException("abandoned");
                }))
                .withMessage("abandoned");
        assertThat(clock.operations()).doesNotContain("WRITE latest");
        assertThat(current()).isEmpty();
    }

    /** If this node was cut off, the sweeper of another replica may have deleted it. */
    @Test
    void makesSureThatTheFileIsStillThere() throws Exception {
        Draft gone = draft(1);
        Files.delete(folder.resolve(gone.file().name()));
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, gone, _ -> true, () -> {}));
        Draft cut = draft(2);
        Files.write(folder.resolve(cut.file().name()), new byte[10]);
        assertThatIOException()
                .isThrownBy(() -> publisher.publish(volume, cut, _ -> true, () -> {}))
                .withMessageContaining("10 of the 1002 bytes");
        assertThat(current()).isEmpty();
    }

    /** Each thread has its own view of the volume. If two tasks overlap, the counter loses an update. */
    @Test
    void letsOneTaskRunAtATime() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        AtomicBoolean overlap = new AtomicBoolean();
        CompletableFuture<?>[] tasks = new CompletableFuture<?>[6];
        for (int i = 0; i < tasks.length; i++) {
            Volume own = new Volume(folder, new OperationClock());
            tasks[i] = runAsync(() -> {
                for (int round = 0; round < 30; round++) {
                    publisher.locked(own, (_, _) -> {
                        overlap.compareAndSet(false, running.incrementAndGet() != 1);
                        Thread.onSpinWait();
                        runs.incrementAndGet();
                        return running.decrementAndGet();
                    });
                }
            });
        }
        CompletableFuture.allOf(tasks).get(60, TimeUnit.SECONDS);
        assertThat(overlap).isFalse();
        assertThat(runs).hasValue(6 * 30);
    }

    @Test
    void excludesOtherProcesses() throws Exception {
        Path manifest = folder.resolve(Volume.MANIFEST);
        assertThat(publisher.<Boolean>locked(volume, (_, _) -> LockOwner.couldLock(manifest)))
                .isFalse();
        assertThat(LockOwner.couldLock(manifest)).as("afterwards").isTrue();
    }

    /**
     * Each attempt is a short operation. The waits between attempts are not operations, and the manifest is closed
     * meanwhile.
     */
    @Test
    void waitsForAnotherProcessOutsideOfOperations() throws Exception {
        AttemptsClock attempts = new AttemptsClock();
        Volume waiting = new Volume(folder, attempts);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<?> result;
        try (LockOwner owner = LockOwner.start(folder.resolve(Volume.MANIFEST))) {
            assertThat(owner.hasLock()).isTrue();
            result = runAsync(() -> publisher.locked(waiting, (_, _) -> done.getAndSet(true)));
            attempts.await(20);
            assertThat(done).isFalse();
            assertThat(attempts.open)
                    .as("descriptors besides that of the attempt")
                    .hasValueLessThan(2);
        }
        result.get(60, TimeUnit.SECONDS);
        assertThat(done).isTrue();
    }

    @Test
    void givesUpWhenTheVolumeIsUnavailable() throws Exception {
        AttemptsClock attempts = new AttemptsClock();
        Volume waiting = new Volume(folder, attempts);
        try (LockOwner _ = LockOwner.start(folder.resolve(Volume.MANIFEST))) {
            CompletableFuture<?> result = runAsync(() -> publisher.locked(waiting, (_, _) -> true));
            attempts.await(5);
            available.set(false);
            assertThat(result)
                    .failsWithin(60, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("gave up waiting until another upload has been published");
        }
    }

    @Test
    void givesUpWhenItsPatienceEnds() throws Exception {
        Publisher impatient = new Publisher(Duration.ofMillis(50), () -> true);
        try (LockOwner _ = LockOwner.start(folder.resolve(Volume.MANIFEST))) {
            assertThatIOException()
                    .isThrownBy(() -> impatient.locked(volume, (_, _) -> true))
                    .withMessageContaining("gave up waiting until another upload has been published");
        }
    }

    /** Counts attempts to lock. */
    private static final class AttemptsClock extends OperationClock {
        private final AtomicInteger locks = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();

        @Override
        <T> T run(Operation operation, String name, Call<T> call) throws IOException {
            T result = super.run(operation, name, call);
            switch (operation) {
                case OPEN -> open.incrementAndGet();
                case CLOSE -> open.decrementAndGet();
                case LOCK -> locks.incrementAndGet();
                default -> {}
            }
            return result;
        }

        void await(int count) {
            while (locks.get() < count) {
                Thread.onSpinWait();
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
