package io.latestimage.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.latestimage.store.OperationClock.Operation;
import io.latestimage.store.StoreFailure.OutcomeUnknown;
import io.latestimage.store.StoreFailure.ReplicaFault;
import io.latestimage.store.StoreFailure.StorageFull;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an upload leaves on the volume, and what it reports, if the volume fails. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class UploadFaultTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    private final ScriptedClock clock = new ScriptedClock();
    private final Publisher publisher = new Publisher(LONG, () -> true);
    private final AlwaysAvailable freshness = Optional::empty;
    private VolumeWorkerPool workers;

    @BeforeEach
    void create() throws Exception {
        workers = new VolumeWorkerPool(1, LONG, () -> new Volume(folder, clock));
        publisher.createManifest(new Volume(folder, new OperationClock()));
    }

    @AfterEach
    void close() {
        workers.close();
    }

    /** There is one place. */
    private Upload upload() {
        return uploadOn(requireNonNull(workers.acquire(LONG)));
    }

    private Upload uploadOn(VolumeWorker worker) {
        return new Upload(new VolumeChange(workers, worker, freshness), publisher, 1 << 20);
    }

    private void replace(byte[] image) throws Exception {
        try (Upload upload = upload()) {
            upload.write(ByteBuffer.wrap(image));
            upload.commit(_ -> true);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(Volume.MANIFEST))
                    .toList();
        }
    }

    private static void assertFails(ThrowingCallable call, StoreFailure failure) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.failure()).isEqualTo(failure));
    }

    private static BiPredicate<Operation, String> image(Operation which) {
        return (operation, name) -> operation == which && name.startsWith("image-");
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"CREATE", "LOCK", "WRITE", "FORCE", "STATUS", "CLOSE"})
    void leavesNoFileWhenAnOperationOnItFails(Operation operation) throws Exception {
        clock.fail(1, Errno.EDQUOT, image(operation));
        assertFails(() -> replace(Scenario.image(1)), new StorageFull());
        assertThat(files()).isEmpty();
        assertThat(publisher.drafts()).isEmpty();
        replace(Scenario.image(2));
        assertThat(files()).hasSize(1);
    }

    /** If this replica lacks something, the storage is not the cause: a client should try another replica. */
    @ParameterizedTest
    @CsvSource({
        "EMFILE, no file descriptors are left",
        "ENFILE, no file descriptors are left",
        "ENOMEM, not enough memory"
    })
    void reportsAFaultOfThisReplica(Errno errno, String reason) throws Exception {
        clock.fail(1, errno, image(Operation.CREATE));
        assertFails(() -> replace(Scenario.image(1)), new ReplicaFault(reason));
        assertThat(files()).isEmpty();
        replace(Scenario.image(2));
        assertThat(files()).hasSize(1);
    }

    @Test
    void saysThatNothingHasChangedAndLeavesNoFileIfThereIsNoSpaceForTheRecord() throws Exception {
        clock.fail(1, Errno.ENOSPC, ScriptedClock.onManifest(Operation.WRITE));
        assertFails(() -> replace(Scenario.image(1)), new StorageFull());
        assertThat(files()).isEmpty();
        assertThat(folder.resolve(Volume.MANIFEST)).isEmptyFile();
    }

    @Test
    void doesNotSayThatNothingHasChangedIfTheRecordMayStillBeWritten() throws Exception {
        clock.fail(1, Errno.EIO, ScriptedClock.onManifest(Operation.WRITE));
        assertFails(() -> replace(Scenario.image(1)), new OutcomeUnknown());
        assertThat(files()).as("it may be the image").hasSize(1);
    }

    /** NFS may report a full volume only at that point. */
    @Test
    void leavesNoFileWhenItIsAbandonedAndItsCloseFails() throws Exception {
        clock.fail(1, Errno.ENOSPC, image(Operation.CLOSE));
        try (Upload upload = upload()) {
            upload.write(ByteBuffer.wrap(Scenario.image(1)));
        }
        assertThat(files()).isEmpty();
    }

    /** Otherwise the sweeper of this process would treat it as an upload in progress for ever. */
    @Test
    void leavesAFileThatItCannotDeleteToTheSweeper() throws Exception {
        clock.fail(1, Errno.EIO, image(Operation.DELETE));
        try (Upload upload = upload()) {
            upload.write(ByteBuffer.wrap(Scenario.image(1)));
        }
        assertThat(files()).hasSize(1);
        replace(Scenario.image(2));
        OrphanSweeper sweeper = // not started, so not to be closed
                new OrphanSweeper(new Volume(folder, new OperationClock()), publisher, Optional::empty, LONG);
        sweeper.sweep();
        sweeper.sweep();
        assertThat(files()).hasSize(1);
    }

    @Test
    void isAcknowledgedAlthoughTheReplacedFileCannotBeDeleted() throws Exception {
        replace(Scenario.image(1));
        clock.fail(1, Errno.EIO, image(Operation.DELETE));
        replace(Scenario.image(2));
        assertThat(files()).hasSize(2);
    }

    /** The caller's thread is interrupted while the server stops; the worker's thread is not, and must not publish. */
    @Test
    void isNeverPublishedAfterItsCallerWasInterrupted() throws Exception {
        Thread caller = Thread.currentThread();
        CountDownLatch refused = new CountDownLatch(1);
        clock.insert(image(Operation.FORCE), () -> {
            caller.interrupt();
            try {
                assertThat(refused.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        VolumeWorker worker = requireNonNull(workers.acquire(LONG));
        try (Upload upload = uploadOn(worker)) {
            upload.write(ByteBuffer.wrap(Scenario.image(1)));
            assertFails(() -> upload.commit(_ -> true), new StorageUnavailable());
            assertThat(Thread.interrupted()).isTrue();
            refused.countDown();
            worker.run(_ -> true); // it does one thing after the other
            assertThat(folder.resolve(Volume.MANIFEST)).isEmptyFile();
        }
        assertThat(files()).isEmpty();
    }

    private static void fault() {
        throw new IllegalArgumentException();
    }

    @Test
    void releasesItsPlaceWhateverGoesWrong() throws Exception {
        for (Operation operation : List.of(Operation.CLOSE, Operation.DELETE)) {
            clock.insert(image(operation), UploadFaultTest::fault);
            try (Upload upload = upload()) {
                upload.write(ByteBuffer.wrap(Scenario.image(1)));
            }
        }
        CompletableFuture<Upload> next = CompletableFuture.supplyAsync(this::upload);
        next.get(30, TimeUnit.SECONDS).close();
    }

    @Test
    void givesEachFileAUniqueNameWithTheExtensionOfItsFormat() throws Exception {
        Set<String> names = new HashSet<>();
        for (Fixture fixture : Fixture.values()) {
            replace(fixture.bytes());
            assertThat(files()).hasSize(1);
            assertThat(files().getFirst())
                    .matches("image-[0-9a-f]{32}\\.[a-z]+")
                    .endsWith("." + fixture.format().extension());
            names.addAll(files());
        }
        replace(Fixture.PNG.bytes());
        names.addAll(files());
        assertThat(names).as("the same image twice").hasSize(Fixture.values().length + 1);
    }
}
