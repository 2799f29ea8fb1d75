package io.latestimage.store;

import static io.latestimage.store.SpoolCopies.MODIFIED;
import static io.latestimage.store.SpoolCopies.PUBLISHED;
import static io.latestimage.store.SpoolCopies.SIZE;
import static io.latestimage.store.SpoolCopies.bytes;
import static io.latestimage.store.SpoolCopies.image;
import static io.latestimage.store.SpoolCopies.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.image.ImageVersion;
import io.latestimage.store.StoreFailure.ReplicaFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of the image, and what happens to those that have been replaced. */
class SpoolTest {
    @TempDir
    private Path folder;

    private Path spoolDir;
    private Spool spool;
    private SpoolCopies copies;

    @BeforeEach
    void create() throws Exception {
        spoolDir = folder.resolve("spool");
        spool = new Spool(spoolDir, 2 * SIZE);
        copies = new SpoolCopies(folder);
    }

    @Test
    void copiesAnImage() throws Exception {
        byte[] image = image(1);
        Snapshot snapshot = copy(1);
        assertThat(snapshot.version()).isEqualTo(version(image));
        assertThat(snapshot.modified(MODIFIED)).contains(MODIFIED);
        assertThat(snapshot.modified(MODIFIED.minusNanos(1)))
                .as("in the future")
                .isEmpty();
        assertThat(snapshot.age(PUBLISHED.plusSeconds(70))).isEqualTo(Duration.ofSeconds(70));
        assertThat(snapshot.age(PUBLISHED.minusSeconds(1)))
                .as("by a clock that is behind")
                .isZero();
        assertThat(bytes(snapshot)).isEqualTo(image);
        assertThat(snapshot.slice(10, 5)).isEqualTo(ByteBuffer.wrap(image, 10, 5));
        assertThat(snapshot.slice(0, 1).isReadOnly()).isTrue();
    }

    @Test
    void leavesNoFileInTheFolder() throws Exception {
        Snapshot snapshot = copy(1);
        assertThat(spoolDir).isEmptyDirectory();
        assertThat(bytes(snapshot)).isEqualTo(image(1));
        snapshot.release();
        assertThat(spoolDir).isEmptyDirectory();
    }

    @Test
    void keepsItsCopyWhenTheSourceChanges() throws Exception {
        Snapshot snapshot = copy(1);
        Files.write(folder.resolve("file"), new byte[0]);
        assertThat(bytes(snapshot)).isEqualTo(image(1));
    }

    @Test
    void copiesNothingButWhatTheManifestDescribes() throws Exception {
        byte[] other = image(2);
        for (byte[] content : new byte[][] {new byte[0], Arrays.copyOf(other, SIZE - 1), image(3)}) {
            Files.write(folder.resolve("file"), content);
            try (VolumeFile file = copies.volume().open("file")) {
                assertThatIOException()
                        .isThrownBy(() -> spool.copy(file, version(other), PUBLISHED, MODIFIED))
                        .withMessageContaining("is not the image");
            }
        }
        assertThat(spoolDir).isEmptyDirectory();
    }

    /** Nothing is read from the volume for a copy that will not fit. */
    @Test
    void checksTheSpaceBeforeItReads() throws Exception {
        byte[] image = image(1);
        ImageVersion real = version(image);
        ImageVersion tooLarge = new ImageVersion(real.format(), Long.MAX_VALUE / 2, real.sha256());
        Files.write(folder.resolve("file"), image);
        AtomicInteger reads = new AtomicInteger();
        OperationClock counting = new OperationClock() {
            @Override
            <T> T run(Operation operation, String name, Call<T> call) throws IOException {
                reads.addAndGet(operation == Operation.READ ? 1 : 0);
                return super.run(operation, name, call);
            }
        };
        try (VolumeFile file = new Volume(folder, counting).open("file")) {
            assertThatThrownBy(() -> spool.copy(file, tooLarge, PUBLISHED, MODIFIED))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.failure()).isEqualTo(new ReplicaFault("the spool is full")));
            assertThat(reads).hasValue(0);
            spool.copy(file, real, PUBLISHED, MODIFIED).release();
            assertThat(reads).as("control: what is counted").hasPositiveValue();
        }
        assertThat(spoolDir).isEmptyDirectory();
    }

    @Test
    void createsItsFolderAgain() throws Exception {
        Snapshot before = copy(1);
        Files.delete(spoolDir);
        assertThat(bytes(copy(2))).isEqualTo(image(2));
        assertThat(bytes(before)).isEqualTo(image(1));
    }

    @Test
    void reportsAFailureOfTheSpool() throws Exception {
        Files.write(spoolDir, new byte[0]); // a file instead of a folder
        assertThatThrownBy(() -> copy(1))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isInstanceOf(ReplicaFault.class))
                .hasMessageContaining(spoolDir.toString());
        Files.delete(spoolDir);
        assertThat(bytes(copy(1))).as("after the recovery").isEqualTo(image(1));
    }

    @Test
    void freesTheMemoryWithTheLastHolder() throws Exception {
        Snapshot snapshot = copy(1);
        assertThat(snapshot.acquire()).isTrue();
        spool.retire(snapshot);
        assertThat(snapshot.free()).isFalse();
        ByteBuffer view = snapshot.slice(0, SIZE);
        assertThat(view.get(0)).isEqualTo((byte) 'G');
        snapshot.release();
        assertThat(snapshot.free()).isTrue();
        assertThat(snapshot.acquire()).as("it is too late").isFalse();
        assertThatIllegalStateException().as("unmapped").isThrownBy(() -> view.get(0));
    }

    @Test
    void doesNotFreeTheMemoryWhileReadersAcquireAndReleaseIt() throws Exception {
        Snapshot snapshot = copy(1);
        int readers = 8;
        Thread[] threads = new Thread[readers];
        AtomicInteger held = new AtomicInteger();
        for (int i = 0; i < readers; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 20_000 && snapshot.acquire(); round++) {
                    held.addAndGet(snapshot.slice(0, 1).get(0)); // throws if it is unmapped
                    snapshot.release();
                }
            });
        }
        snapshot.release();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(held.get() % 'G').isZero();
        assertThat(snapshot.free()).isTrue();
    }

    private Snapshot copy(long seed) throws Exception {
        return copies.make(spool, seed);
    }
}
