package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.latestimage.store.OperationClock.Operation;
import io.latestimage.store.Publisher.Draft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known of a publication whose record could not be written, or not be forced. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FailedRecordTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    private final ScriptedClock clock = new ScriptedClock();
    private final AtomicBoolean available = new AtomicBoolean(true);
    private final Publisher publisher = new Publisher(LONG, available::get);
    private Volume volume;

    @BeforeEach
    void create() throws Exception {
        volume = new Volume(folder, clock);
        publisher.createManifest(volume);
    }

    private Draft draft(int number) throws IOException {
        return Scenario.draft(volume, number);
    }

    private Optional<ManifestRecord> current() throws IOException {
        return Manifest.parse(Files.readAllBytes(folder.resolve(Volume.MANIFEST)))
                .current();
    }

    private static boolean isForce(Operation operation, String name) {
        return operation == Operation.FORCE && name.equals(Volume.MANIFEST);
    }

    /** The second force says that all is well, whatever has become of the bytes. So the record is written once more. */
    @Test
    void findsOutThatItHasHappenedAndWritesTheRecordAnewAfterAForceThatFailed() throws Exception {
        Draft draft = draft(1);
        clock.fail(1, Errno.EIO, FailedRecordTest::isForce);
        publisher.publish(volume, draft, _ -> true, () -> {});
        assertThat(current().map(record -> ((ManifestRecord.Image) record).file()))
                .contains(draft.file().name());
        assertThat(clock.operations().stream().filter(operation -> operation.endsWith(" latest")))
                .containsSubsequence(
                        "WRITE latest", "FORCE latest", "CLOSE latest", "OPEN latest", "WRITE latest", "FORCE latest");
    }

    @Test
    void doesNotKnowWhatHasHappenedWhereItCannotFindOut() throws Exception {
        Draft draft = draft(1);
        clock.fail(2, Errno.EIO, FailedRecordTest::isForce);
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, draft, _ -> true, () -> {}));
        available.set(false);
        Draft other = draft(2);
        clock.fail(1, Errno.EIO, FailedRecordTest::isForce);
        clock.operations().clear();
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, other, _ -> true, () -> {}));
        assertThat(clock.operations()).containsOnlyOnce("FORCE latest");
    }

    @Test
    void doesNotTakeTheImageOfAnotherForItsOwn() throws Exception {
        publisher.publish(volume, draft(1), _ -> true, () -> {});
        Draft draft = draft(2);
        clock.fail(1, Errno.EIO, FailedRecordTest::isRecord);
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, draft, _ -> true, () -> {}));
        assertThat(current().map(ManifestRecord::generation)).contains(1L);
    }

    private static boolean isRecord(Operation operation, String name) {
        return operation == Operation.WRITE && name.equals(Volume.MANIFEST);
    }

    /** What is told of the decisive step. */
    private final class ToldStep implements Publisher.DecisiveStep {
        private boolean takenBack;

        @Override
        public void begin() {
            clock.operations().add("begin");
        }

        @Override
        public void takeBack() {
            takenBack = true;
        }
    }

    /** Then the uploader can be told that nothing has changed. */
    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ENOSPC", "EDQUOT"})
    void isCertainThatNothingHasChangedWhereTheRecordFindsNoSpace(Errno errno) throws Exception {
        publisher.publish(volume, draft(1), _ -> true, () -> {});
        Draft draft = draft(2);
        ToldStep step = new ToldStep();
        clock.fail(1, errno, FailedRecordTest::isRecord);
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, draft, _ -> true, step));
        assertThat(step.takenBack).isTrue();
        assertThat(current().map(ManifestRecord::generation)).contains(1L);
    }

    /** A server that does not answer in time may yet do what it was asked for. */
    @Test
    void isNotCertainAfterAnotherError() throws Exception {
        Draft draft = draft(1);
        ToldStep step = new ToldStep();
        clock.fail(1, Errno.EIO, FailedRecordTest::isRecord);
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, draft, _ -> true, step));
        assertThat(step.takenBack).isFalse();
    }

    /** The record may have been there in between, and been replaced in order. */
    @Test
    void isNotCertainWhereALaterOneIsThere() throws Exception {
        Draft draft = draft(1);
        ToldStep step = new ToldStep();
        clock.fail(1, Errno.ENOSPC, FailedRecordTest::isRecord);
        AtomicBoolean looked = new AtomicBoolean();
        Publisher overtaken = new Publisher(LONG, () -> looked.getAndSet(true) || publishTwice());
        assertThatIOException().isThrownBy(() -> overtaken.publish(volume, draft, _ -> true, step));
        assertThat(step.takenBack).isFalse();
        assertThat(current().map(ManifestRecord::generation)).contains(2L);
    }

    private boolean publishTwice() {
        try {
            publisher.publish(volume, draft(2), _ -> true, () -> {});
            publisher.publish(volume, draft(3), _ -> true, () -> {});
            return true;
        } catch (IOException | RejectedImageException e) {
            throw new AssertionError(e);
        }
    }
}
