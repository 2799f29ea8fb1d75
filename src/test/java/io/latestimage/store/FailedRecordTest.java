package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.latestimage.store.OperationClock.Operation;
import io.latestimage.store.Publisher.Draft;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a replica knows about a publication after its record could not be written or forced. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FailedRecordTest extends PublisherFixture {
    /** A second force would succeed even if the bytes are lost. So the record is written once more. */
    @Test
    void findsItsRecordAndWritesItAgainAfterAFailedForce() throws Exception {
        Draft draft = draft(1);
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.FORCE));
        publisher.publish(volume, draft, _ -> true, () -> {});
        assertThat(currentFile()).contains(draft.file().name());
        assertThat(clock.operations().stream().filter(operation -> operation.endsWith(" latest")))
                .containsSubsequence(
                        "WRITE latest", "FORCE latest", "CLOSE latest", "OPEN latest", "WRITE latest", "FORCE latest");
    }

    /** A deletion has no file name of its own. Its whole record is compared. */
    @Test
    void findsTheRecordOfADeletionAndWritesItAgain() throws Exception {
        publisher.publish(volume, draft(1), _ -> true, () -> {});
        ManifestRecord before = current().orElseThrow();
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.FORCE));
        clock.operations().clear();
        assertThat(publisher.delete(volume, _ -> true, () -> {}))
                .as("so that its file can be deleted")
                .contains(before);
        assertThat(current()).containsInstanceOf(ManifestRecord.Deleted.class);
        assertThat(clock.operations().stream().filter(operation -> operation.endsWith(" latest")))
                .containsSubsequence(
                        "WRITE latest", "FORCE latest", "CLOSE latest", "OPEN latest", "WRITE latest", "FORCE latest");
    }

    @Test
    void doesNotMistakeTheImageThatItWantsToDeleteForADeletion() throws Exception {
        publisher.publish(volume, draft(1), _ -> true, () -> {});
        RecordingStep step = new RecordingStep();
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.WRITE));
        assertThatIOException().isThrownBy(() -> publisher.delete(volume, _ -> true, step));
        assertThat(step.undone).isFalse();
        clock.fail(1, Errno.ENOSPC, ScriptedClock.onManifest(Operation.WRITE));
        assertThatIOException().isThrownBy(() -> publisher.delete(volume, _ -> true, step));
        assertThat(step.undone).isTrue();
        assertThat(current().map(ManifestRecord::generation)).contains(1L);
    }

    @Test
    void isNotCertainIfItCannotFindOut() throws Exception {
        Draft draft = draft(1);
        clock.fail(2, Errno.EIO, ScriptedClock.onManifest(Operation.FORCE));
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, draft, _ -> true, () -> {}));
        available.set(false);
        Draft other = draft(2);
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.FORCE));
        clock.operations().clear();
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, other, _ -> true, () -> {}));
        assertThat(clock.operations()).containsOnlyOnce("FORCE latest");
    }

    @Test
    void doesNotMistakeAnotherImageForItsOwn() throws Exception {
        publisher.publish(volume, draft(1), _ -> true, () -> {});
        Draft draft = draft(2);
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.WRITE));
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, draft, _ -> true, () -> {}));
        assertThat(current().map(ManifestRecord::generation)).contains(1L);
    }

    /** Records which methods of the decisive step are called. */
    private static final class RecordingStep implements Publisher.DecisiveStep {
        private boolean undone;

        @Override
        public void begin() {}

        @Override
        public void undo() {
            undone = true;
        }
    }

    /** Then the response to the client says that nothing has changed. */
    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ENOSPC", "EDQUOT"})
    void isCertainThatNothingHasChangedIfThereIsNoSpaceForTheRecord(Errno errno) throws Exception {
        publisher.publish(volume, draft(1), _ -> true, () -> {});
        Draft draft = draft(2);
        RecordingStep step = new RecordingStep();
        clock.fail(1, errno, ScriptedClock.onManifest(Operation.WRITE));
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, draft, _ -> true, step));
        assertThat(step.undone).isTrue();
        assertThat(current().map(ManifestRecord::generation)).contains(1L);
    }

    /** A server that does not answer in time may still carry out the request later. */
    @Test
    void isNotCertainAfterAnotherError() throws Exception {
        Draft draft = draft(1);
        RecordingStep step = new RecordingStep();
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.WRITE));
        assertThatIOException().isThrownBy(() -> publisher.publish(volume, draft, _ -> true, step));
        assertThat(step.undone).isFalse();
    }

    /** The record may have been written, and then replaced by the next publication. */
    @Test
    void isNotCertainIfThereIsALaterRecord() throws Exception {
        Draft draft = draft(1);
        RecordingStep step = new RecordingStep();
        clock.fail(1, Errno.ENOSPC, ScriptedClock.onManifest(Operation.WRITE));
        Publisher overtaken = overtakenBy(draft(2), draft(3));
        assertThatIOException().isThrownBy(() -> overtaken.publish(volume, draft, _ -> true, step));
        assertThat(step.undone).isFalse();
        assertThat(current().map(ManifestRecord::generation)).contains(2L);
    }

    /** Another replica may have published a record of the same generation meanwhile. */
    @Test
    void doesNotMistakeTheRecordOfAnotherReplicaForItsOwn() throws Exception {
        Draft draft = draft(1);
        Draft others = draft(2);
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.WRITE));
        Publisher overtaken = overtakenBy(others);
        assertThatIOException().isThrownBy(() -> overtaken.publish(volume, draft, _ -> true, () -> {}));
        assertThat(currentFile()).contains(others.file().name());
    }

    @Test
    void doesNotMistakeTheRecordOfAnotherReplicaForItsDeletion() throws Exception {
        publisher.publish(volume, draft(1), _ -> true, () -> {});
        Draft others = draft(2);
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.WRITE));
        Publisher overtaken = overtakenBy(others);
        assertThatIOException().isThrownBy(() -> overtaken.delete(volume, _ -> true, () -> {}));
        assertThat(currentFile()).contains(others.file().name());
    }

    /** A publisher that others overtake between its failed write and the check of what has happened. */
    private Publisher overtakenBy(Draft... others) {
        AtomicBoolean asked = new AtomicBoolean();
        return new Publisher(LONG, () -> asked.getAndSet(true) || publishAll(others));
    }

    private boolean publishAll(Draft... others) {
        try {
            for (Draft other : others) {
                publisher.publish(volume, other, _ -> true, () -> {});
            }
            return true;
        } catch (IOException | StoreException e) {
            throw new AssertionError(e);
        }
    }

    private Optional<String> currentFile() throws Exception {
        return current().map(record -> ((ManifestRecord.Image) record).file());
    }
}
