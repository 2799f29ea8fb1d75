package io.latestimage.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of the image, and what becomes of those that have been replaced. */
class SpoolTest {
    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");
    private static final int SIZE = 600_000;

    @TempDir
    private Path folder;

    private Path spoolDir;
    private Spool spool;

    @BeforeEach
    void create() throws Exception {
        spoolDir = folder.resolve("spool");
        spool = new Spool(spoolDir, 2 * SIZE); // two replaced ones besides the latest, or the one being made
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
            try (VolumeFile file = volume().open("file")) {
                assertThatIOException()
                        .isThrownBy(() -> spool.copy(file, version(other), MODIFIED))
                        .withMessageContaining("is not the image")
                        .isNotInstanceOf(ReplicaFaultException.class);
            }
        }
        assertThat(spoolDir).isEmptyDirectory();
    }

    @Test
    void tellsThatItIsTheSpoolThatFails() throws Exception {
        Files.write(spoolDir, new byte[0]); // no folder
        assertThatThrownBy(() -> copy(1))
                .isInstanceOf(ReplicaFaultException.class)
                .hasMessageContaining(spoolDir.toString());
        Files.delete(spoolDir);
        assertThat(bytes(copy(1))).as("healed").isEqualTo(image(1));
    }

    @Test
    void letsGoOfTheMemoryWithTheLastHolder() throws Exception {
        Snapshot snapshot = copy(1);
        assertThat(snapshot.acquire()).isTrue();
        spool.retire(snapshot);
        assertThat(snapshot.isReleased()).isFalse();
        ByteBuffer view = snapshot.slice(0, SIZE);
        assertThat(view.get(0)).isEqualTo((byte) 'G');
        snapshot.release();
        assertThat(snapshot.isReleased()).isTrue();
        assertThat(snapshot.acquire()).as("it is too late").isFalse();
        assertThatIllegalStateException().as("unmapped").isThrownBy(() -> view.get(0));
    }

    /** Only as many as needed, and those that have been read for the longest. */
    @Test
    void revokesTheOldestWhereReplacedOnesTakeTooMuch() throws Exception {
        Snapshot[] replaced = new Snapshot[4];
        for (int i = 0; i < replaced.length; i++) {
            replaced[i] = copy(i);
            assertThat(replaced[i].acquire()).isTrue(); // a reader, which stays
            spool.retire(replaced[i]);
        }
        assertThat(replaced).extracting(Snapshot::isRevoked).containsExactly(true, true, false, false);
        copy(5);
        assertThat(replaced).extracting(Snapshot::isRevoked).containsExactly(true, true, true, false);
        assertThat(bytes(replaced[0])).as("revoked, but not pulled away").isEqualTo(image(0));
    }

    @Test
    void revokesNothingWhenReadersAreDone() throws Exception {
        Snapshot slow = copy(0);
        assertThat(slow.acquire()).isTrue();
        spool.retire(slow);
        for (int i = 1; i < 50; i++) {
            spool.retire(copy(i)); // nobody reads it
        }
        assertThat(slow.isRevoked()).isFalse();
    }

    @Test
    void givesItsLastHolderAwayOnce() throws Exception {
        Snapshot snapshot = copy(1);
        int readers = 8;
        Thread[] threads = new Thread[readers];
        AtomicInteger held = new AtomicInteger();
        for (int i = 0; i < readers; i++) {
            threads[i] = Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 20_000 && snapshot.acquire(); round++) {
                    held.addAndGet(snapshot.slice(0, 1).get(0)); // would throw, were it unmapped
                    snapshot.release();
                }
            });
        }
        snapshot.release();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(held.get() % 'G').isZero();
        assertThat(snapshot.isReleased()).isTrue();
    }

    private Snapshot copy(long seed) throws Exception {
        byte[] image = image(seed);
        Files.write(folder.resolve("file"), image);
        try (VolumeFile file = volume().open("file")) {
            return spool.copy(file, version(image), MODIFIED);
        }
    }

    private Volume volume() {
        return new Volume(folder, new OperationClock());
    }

    private static ImageVersion version(byte[] image) {
        Digest digest = new Digest();
        digest.update(ByteBuffer.wrap(image));
        return digest.finish().orElseThrow();
    }

    private static byte[] image(long seed) {
        byte[] image = new byte[SIZE];
        new Random(seed).nextBytes(image);
        System.arraycopy("GIF89a".getBytes(ISO_8859_1), 0, image, 0, 6);
        return image;
    }

    private static byte[] bytes(Snapshot snapshot) {
        byte[] bytes = new byte[(int) snapshot.version().size()];
        snapshot.slice(0, bytes.length).get(bytes);
        return bytes;
    }
}
