package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.store.StoreFailure.ReplicaFault;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A fault of this replica is not treated as an outage, and does not make it read the image again and again. */
class RevalidatorFaultTest {
    private static final int TRIES = 200;
    private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final Disturbance disturbance = new Disturbance();
    private Revalidator revalidator;
    private Path spoolDir;

    /** Fails with the given failure, and counts the reads of images. */
    private static final class Disturbance extends OperationClock {
        private final AtomicInteger reads = new AtomicInteger();
        private Operation failing = Operation.READ;
        private @Nullable Throwable failure;

        @Override
        <T> T run(Operation operation, String name, Call<T> call) throws IOException {
            if (name.startsWith("image-")) {
                reads.addAndGet(operation == Operation.READ ? 1 : 0);
                switch (operation == failing ? failure : null) {
                    case null -> {}
                    case IOException e -> throw e;
                    case Error e -> throw e;
                    case Throwable e -> throw new IllegalStateException(e);
                }
            }
            return super.run(operation, name, call);
        }
    }

    @BeforeEach
    void create() throws Exception {
        spoolDir = folder.resolve("spool");
        Files.createDirectories(folder.resolve("data"));
        revalidator = revalidator();
    }

    private Revalidator revalidator() {
        Volume volume = new Volume(folder.resolve("data"), disturbance);
        return new Revalidator(volume, new Publisher(PATIENCE, () -> true), new Spool(spoolDir, 0));
    }

    static Stream<Error> errors() {
        return Stream.of(
                new StackOverflowError(), new OutOfMemoryError("Java heap space"), new AssertionError("a fault"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void treatsAnErrorAsAFaultAndRecovers(Error error) throws Exception {
        put(1);
        disturbance.failure = error;
        assertFault(
                        () -> revalidator.run(),
                        error instanceof OutOfMemoryError ? "not enough memory" : "an unexpected error occurred")
                .hasCause(error);
        disturbance.failure = null;
        awaitRecovered(1);
    }

    /** After a fault the image is left alone for half a second, then for one, and so on up to ten. */
    @Test
    void doesNotReadTheImageAgainAndAgain() throws Exception {
        put(1);
        disturbance.failure = new StackOverflowError();
        long start = System.nanoTime();
        for (int i = 0; i < TRIES; i++) {
            assertFault(() -> revalidator.run(), "an unexpected error occurred");
        }
        long most = 1 + (System.nanoTime() - start) / SHORTEST_BACKOFF.toNanos();
        assertThat(disturbance.reads.get()).isBetween(1, (int) most);
    }

    /** A revalidator that does not remember the fault reads the image each time. */
    @Test
    void negativeControlWithoutABackoffTheImageIsReadAgainAndAgain() throws Exception {
        put(1);
        disturbance.failure = new StackOverflowError();
        for (int i = 0; i < TRIES; i++) {
            Revalidator forgetful = revalidator();
            assertFault(forgetful::run, "an unexpected error occurred");
            forgetful.close();
        }
        assertThat(disturbance.reads).hasValue(TRIES);
    }

    @Test
    void readsNothingIfTheSpoolIsUnusable() throws Exception {
        put(1);
        Files.write(spoolDir, new byte[0]); // a file instead of a folder
        for (int i = 0; i < 10; i++) {
            assertFault(() -> revalidator.run(), "the spool takes no copy");
        }
        assertThat(disturbance.reads).hasValue(0);
        Files.delete(spoolDir);
        awaitRecovered(1);
    }

    @Test
    void keepsTheCachedCopyDuringAFault() throws Exception {
        put(1);
        revalidator.run();
        put(2);
        disturbance.failure = new StackOverflowError();
        assertFault(() -> revalidator.run(), "an unexpected error occurred");
        assertServes(1);
        disturbance.failure = null;
        awaitRecovered(2);
    }

    /** The revalidation fails, but the volume is not the cause. */
    @Test
    void treatsALackOfFileDescriptorsAsAFault() throws Exception {
        put(1);
        disturbance.failing = OperationClock.Operation.OPEN;
        disturbance.failure = new FileSystemException("image-1", null, "Too many open files");
        assertFault(() -> revalidator.run(), "no file descriptors are left");
        disturbance.failure = null;
        awaitRecovered(1);
    }

    @Test
    void doesNotTreatAFailureOfTheStorageAsAFault() throws Exception {
        put(1);
        disturbance.failure = new IOException("Input/output error");
        assertThatThrownBy(() -> revalidator.run())
                .satisfies(e -> assertThat(failure(e)).isEqualTo(new StorageUnavailable()));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFault(ThrowingCallable run, String reason) {
        return assertThatThrownBy(run)
                .satisfies(e -> assertThat(failure(e))
                        .isInstanceOfSatisfying(
                                ReplicaFault.class,
                                fault -> assertThat(fault.reason()).contains(reason)));
    }

    /** As {@link SharedRevalidation} sees it. */
    private static StoreFailure failure(Throwable thrown) {
        return thrown instanceof IOException e
                ? StoreException.ofVolume(e).failure()
                : ((StoreException) thrown).failure();
    }

    private void awaitRecovered(int seed) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean healed = false;
        while (!healed) {
            try {
                revalidator.run();
                healed = true;
            } catch (StoreException e) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.onSpinWait();
            }
        }
        assertServes(seed);
    }

    private void assertServes(int seed) {
        Snapshot latest = revalidator.latest();
        assertThat(latest).isNotNull();
        assertThat(SpoolCopies.bytes(latest)).isEqualTo(SpoolCopies.image(seed));
    }

    /** Publishes an image as another replica does. */
    private void put(int seed) throws Exception {
        byte[] image = SpoolCopies.image(seed);
        String name = "image-%032d.gif".formatted(seed);
        Files.write(folder.resolve("data").resolve(name), image);
        Path path = folder.resolve("data").resolve(Volume.MANIFEST);
        byte[] before = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
        Manifest manifest = Manifest.parse(before);
        byte[] record =
                manifest.next(name, SpoolCopies.version(image), Instant.now()).bytes();
        int position = (int) manifest.nextPosition();
        byte[] after = Arrays.copyOf(before, Math.max(before.length, position + record.length));
        System.arraycopy(record, 0, after, position, record.length);
        Files.write(path, after);
    }
}
