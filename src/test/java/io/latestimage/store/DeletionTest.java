package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.latestimage.store.ImageStore.Current;
import io.latestimage.store.OperationClock.Operation;
import io.latestimage.store.StoreFailure.ConditionFailed;
import io.latestimage.store.StoreFailure.NoImage;
import io.latestimage.store.StoreFailure.OutcomeUnknown;
import io.latestimage.store.StoreFailure.StorageFull;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import io.latestimage.store.StoreFailure.TooManyUploads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a deletion does to the volume, and what it reports. {@link DeletionFaultMatrixTest} adds faults. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class DeletionTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    private Path folder;

    private Path volume;
    /** The clock of the one worker. */
    private final ScriptedClock clock = new ScriptedClock();

    private final AtomicInteger clocks = new AtomicInteger();

    @AutoClose
    private ImageStore store;

    @BeforeEach
    void open() {
        volume = folder.resolve("volume");
        ImageStore.Options options =
                new ImageStore.Options(volume, folder.resolve("spool"), 1 << 20, 1 << 20, 1, LONG, SHORT, LONG, LONG);
        // The store makes the clocks of its workers first. Its other threads get clocks that change nothing.
        store = new ImageStore(
                options, Revalidating::new, () -> clocks.getAndIncrement() == 0 ? clock : new OperationClock());
    }

    /** Revalidates on the thread of the reader. */
    private record Revalidating(Freshness.Revalidation revalidation) implements AlwaysAvailable {
        @Override
        public Optional<StoreFailure.Outage> await() {
            try {
                revalidation.run();
                return Optional.empty();
            } catch (IOException | StoreException e) {
                return Optional.of(new StorageUnavailable());
            }
        }
    }

    private Upload.Committed replace(int number) throws Exception {
        try (Upload upload = store.upload()) {
            upload.write(ByteBuffer.wrap(Scenario.image(number)));
            return upload.commit(_ -> true);
        }
    }

    private Optional<String> sha256() {
        try (Current current = store.current()) {
            return current instanceof Current.Image image
                    ? Optional.of(image.snapshot().version().sha256())
                    : Optional.empty();
        }
    }

    private ManifestRecord record() throws IOException {
        return Manifest.parse(Files.readAllBytes(volume.resolve(Volume.MANIFEST)))
                .current()
                .orElseThrow();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(volume)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(Volume.MANIFEST))
                    .toList();
        }
    }

    private void assertFails(StoreFailure failure, Predicate<Optional<String>> condition) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> store.delete(condition))
                .satisfies(e -> assertThat(e.failure()).isEqualTo(failure));
    }

    @Test
    void leavesNoImageAndNoFile() throws Exception {
        replace(1);
        assertThat(sha256()).isPresent();
        store.delete(_ -> true);
        assertThat(sha256()).isEmpty();
        assertThat(files()).isEmpty();
        assertThat(record()).isInstanceOf(ManifestRecord.Deleted.class);
    }

    @Test
    void isFollowedByTheNextGeneration() throws Exception {
        assertThat(replace(1).created()).isTrue();
        assertThat(replace(2).created()).isFalse();
        store.delete(_ -> true);
        ManifestRecord deleted = record();
        assertThat(deleted.generation()).isEqualTo(3);
        assertThat(replace(3).created()).isTrue();
        assertThat(record().generation()).isEqualTo(4);
        assertThat(record().modified()).isAfter(deleted.modified());
        assertThat(record().published()).isAfterOrEqualTo(deleted.published());
        assertThat(replace(4).created()).isFalse();
    }

    /** Whatever the condition: RFC 9110, section 13.2.1. */
    @Test
    void needsAnImage() throws Exception {
        assertFails(new NoImage(), _ -> false);
        replace(1);
        store.delete(_ -> true);
        ManifestRecord deleted = record();
        assertFails(new NoImage(), _ -> true);
        assertThat(record()).isEqualTo(deleted);
    }

    @Test
    void comparesItsConditionWithTheImageOnTheVolume() throws Exception {
        replace(1);
        Optional<String> first = sha256();
        replace(2);
        assertFails(new ConditionFailed(), first::equals);
        assertThat(sha256()).isPresent().isNotEqualTo(first);
        store.delete(sha256()::equals);
        assertThat(sha256()).isEmpty();
    }

    @Test
    void deletesTheImageOfTheOldLayout() throws Exception {
        Files.createDirectories(volume);
        Files.write(volume.resolve(Volume.OLD_IMAGE), Scenario.image(1));
        assertThat(sha256()).isPresent();
        store.delete(_ -> true);
        assertThat(files()).isEmpty();
        assertThat(sha256()).isEmpty();
    }

    @Test
    void isAcknowledgedAlthoughTheFileCannotBeDeleted() throws Exception {
        replace(1);
        clock.fail(1, Errno.EIO, (operation, name) -> operation == Operation.DELETE && name.startsWith("image-"));
        store.delete(_ -> true);
        assertThat(files()).hasSize(1);
        assertThat(sha256()).isEmpty();
        OrphanSweeper sweeper = // not started, so not to be closed
                new OrphanSweeper(
                        new Volume(volume, new OperationClock()),
                        new Publisher(LONG, () -> true),
                        Optional::empty,
                        LONG);
        sweeper.sweep();
        sweeper.sweep();
        assertThat(files()).isEmpty();
    }

    /** The file must not go before its record: readers would find neither. */
    @Test
    void deletesTheFileAfterTheRecordIsOnTheDisk() throws Exception {
        replace(1);
        String file = files().getFirst();
        clock.operations().clear();
        store.delete(_ -> true);
        assertThat(clock.operations())
                .containsSubsequence("WRITE latest", "FORCE latest", "CLOSE latest", "DELETE " + file)
                .doesNotContain("OPEN " + file);
    }

    @Test
    void saysThatNothingHasChangedIfThereIsNoSpaceForTheRecord() throws Exception {
        replace(1);
        ManifestRecord before = record();
        clock.fail(1, Errno.ENOSPC, ScriptedClock.onManifest(Operation.WRITE));
        assertFails(new StorageFull(), _ -> true);
        assertThat(record()).isEqualTo(before);
        assertThat(files()).hasSize(1);
    }

    @Test
    void doesNotSayThatNothingHasChangedIfTheRecordMayStillBeWritten() throws Exception {
        replace(1);
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.WRITE));
        assertFails(new OutcomeUnknown(), _ -> true);
        assertThat(files()).as("it may still be the image").hasSize(1);
    }

    /** There is one place. */
    @Test
    void waitsForAPlaceAndReleasesIt() throws Exception {
        replace(1);
        try (Upload _ = store.upload()) {
            assertFails(new TooManyUploads(), _ -> true);
        }
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.WRITE));
        assertFails(new OutcomeUnknown(), _ -> true);
        assertFails(new ConditionFailed(), _ -> false);
        store.delete(_ -> true);
        assertThat(replace(2).created()).isTrue();
    }
}
