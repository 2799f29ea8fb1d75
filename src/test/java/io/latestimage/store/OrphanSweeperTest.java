package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.image.ImageFormat;
import io.latestimage.image.ImageVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanSweeperTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String ORPHAN = "image-" + "0".repeat(32) + ".png";
    private static final String IMAGE = "image-" + "1".repeat(32) + ".png";

    @TempDir
    private Path folder;

    private Volume volume;
    private Publisher publisher;

    /** Not started: the tests call {@link OrphanSweeper#sweep}. */
    private OrphanSweeper sweeper;

    @BeforeEach
    void start() throws Exception {
        volume = new Volume(folder, new OperationClock());
        publisher = new Publisher(LONG, () -> true);
        write(IMAGE);
        byte[] record = Manifest.parse(new byte[0])
                .next(IMAGE, new ImageVersion(ImageFormat.PNG, 1, "0".repeat(64)), Instant.now())
                .bytes();
        Files.write(folder.resolve(Volume.MANIFEST), record);
        sweeper = new OrphanSweeper(volume, publisher, Optional::empty, LONG);
    }

    @Test
    void removesWhatDeadProcessesLeftAndNothingElse() throws Exception {
        for (String name :
                List.of(ORPHAN, ".upload-a", ".lock", "image", ".nfs00000000c0ffee", "other", "image-1.png")) {
            write(name);
        }
        sweepTwice();
        assertThat(files()).containsExactlyInAnyOrder(IMAGE, "image-1.png", Volume.MANIFEST, "other");
    }

    /** Files of other processes are locked. This process knows the files of its own uploads. */
    @Test
    void leavesAnUploadOfThisProcess() throws Exception {
        write(ORPHAN);
        publisher.drafts().add(ORPHAN);
        sweepTwice();
        assertThat(files()).contains(ORPHAN);
        publisher.drafts().remove(ORPHAN);
        sweepTwice();
        assertThat(files()).doesNotContain(ORPHAN);
    }

    @Test
    void leavesAFileThatIsLockedHoweverOldItIs() throws Exception {
        write(ORPHAN);
        try (FileChannel channel = FileChannel.open(folder.resolve(ORPHAN), StandardOpenOption.WRITE)) {
            assertThat(channel.tryLock()).isNotNull();
            sweepTwice();
            assertThat(files()).contains(ORPHAN);
        }
        sweepTwice();
        assertThat(files()).doesNotContain(ORPHAN);
    }

    /** It may just have been created, and its upload may be about to lock it. */
    @Test
    void leavesAFileThatItSeesForTheFirstTime() throws Exception {
        sweepTwice();
        write(ORPHAN);
        sweeper.sweep();
        assertThat(files()).contains(ORPHAN);
        sweeper.sweep();
        assertThat(files()).doesNotContain(ORPHAN);
    }

    /** For example if an operator has deleted the manifest: a file may be the only copy of the image. */
    @Test
    void leavesEverythingIfItIsUnknownWhichFileIsTheImage() throws Exception {
        write(ORPHAN);
        for (byte[] manifest : new byte[][] {new byte[0], new byte[512], new byte[1024]}) {
            Files.write(folder.resolve(Volume.MANIFEST), manifest);
            try {
                sweepTwice();
            } catch (Manifest.UnusableException e) {
                assertThat(manifest).hasSize(1024);
            }
            assertThat(files()).contains(ORPHAN, IMAGE);
        }
    }

    @Test
    void removesTheFileOfAnImageThatWasDeleted() throws Exception {
        Manifest manifest = Manifest.parse(Files.readAllBytes(folder.resolve(Volume.MANIFEST)));
        ManifestRecord deleted = new ManifestRecord.Deleted(2, Instant.EPOCH, Instant.EPOCH);
        try (VolumeFile file = volume.openToWrite(Volume.MANIFEST)) {
            file.write(ByteBuffer.wrap(deleted.bytes()), manifest.nextPosition());
        }
        sweepTwice();
        assertThat(files()).containsExactly(Volume.MANIFEST);
    }

    private void sweepTwice() throws Exception {
        sweeper.sweep();
        sweeper.sweep();
    }

    private void write(String name) throws IOException {
        Files.writeString(folder.resolve(name), "x");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
