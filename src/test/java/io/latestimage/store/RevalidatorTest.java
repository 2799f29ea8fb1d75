package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.latestimage.image.Fingerprint;
import io.latestimage.image.ImageFormat;
import io.latestimage.image.ImageVersion;
import io.latestimage.store.OperationClock.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevalidatorTest {
    @TempDir
    private Path folder;

    private Path directory;
    private final ScriptedClock clock = new ScriptedClock();
    private final Publisher publisher = new Publisher(Duration.ofMinutes(5), () -> true);
    /** The view of another replica. */
    private Volume other;

    private Revalidator revalidator;

    @BeforeEach
    void create() {
        directory = folder.resolve("volume");
        other = new Volume(directory, new OperationClock());
        revalidator =
                new Revalidator(new Volume(directory, clock), publisher, new Spool(folder.resolve("spool"), 1 << 20));
    }

    /** Returns the name of its file. */
    private String publish(int number) throws Exception {
        byte[] image = Scenario.image(number);
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.update(ByteBuffer.wrap(image));
        String name = "image-%s.png".formatted(UUID.randomUUID().toString().replace("-", ""));
        VolumeFile file = other.createFile(name);
        file.write(ByteBuffer.wrap(image));
        publisher.publish(other, new Publisher.Draft(file, fingerprint.finish().orElseThrow()), _ -> true, () -> {});
        return name;
    }

    private byte @Nullable [] latest() {
        Snapshot snapshot = revalidator.latest();
        if (snapshot == null) {
            return null;
        }
        byte[] bytes = new byte[Math.toIntExact(snapshot.version().size())];
        snapshot.slice(0, bytes.length).get(bytes);
        return bytes;
    }

    @Test
    void findsNoImageInANewVolumeAndCreatesTheManifest() throws Exception {
        revalidator.run();
        assertThat(latest()).isNull();
        assertThat(directory.resolve(Volume.MANIFEST)).isEmptyFile();
    }

    @Test
    void copiesEachVersionOnce() throws Exception {
        revalidator.run();
        String file = publish(1);
        revalidator.run();
        assertThat(latest()).isEqualTo(Scenario.image(1));
        assertThat(revalidator.file()).contains(file);
        clock.operations().clear();
        revalidator.run();
        assertThat(clock.operations()).containsExactly("READ latest");
    }

    /** It must not be mistaken for a volume without an image. */
    @Test
    void failsIfTheFileThatTheManifestNamesDoesNotExist() throws Exception {
        revalidator.run();
        publish(1);
        revalidator.run();
        String missing = publish(2);
        other.delete(missing);
        assertThatIOException()
                .isThrownBy(revalidator::run)
                .withMessage("the file %s, which the manifest names, does not exist", missing);
        assertThat(latest()).isEqualTo(Scenario.image(1));
    }

    @Test
    void loadsAgainWhenTheImageIsReplacedBetweenTheManifestAndItsFile() throws Exception {
        revalidator.run();
        String first = publish(1);
        clock.insert((operation, name) -> operation == Operation.OPEN && name.equals(first), () -> {
            try {
                publish(2);
                other.delete(first);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        revalidator.run();
        assertThat(latest()).isEqualTo(Scenario.image(2));
    }

    @Test
    void rejectsAFileThatIsNotWhatTheManifestDescribes() throws Exception {
        revalidator.run();
        publish(1);
        revalidator.run();
        String damaged = publish(2);
        byte[] bytes = Scenario.image(2);
        bytes[500] ^= 1;
        Files.write(directory.resolve(damaged), bytes);
        assertThatIOException()
                .isThrownBy(revalidator::run)
                .withMessageContaining(damaged)
                .withMessageContaining("not the image that the manifest describes");
        assertThat(latest()).isEqualTo(Scenario.image(1));
    }

    @Test
    void failsIfTheManifestIsDamaged() throws Exception {
        revalidator.run();
        publish(1);
        revalidator.run();
        Files.write(directory.resolve(Volume.MANIFEST), new byte[Manifest.SIZE]);
        assertThatExceptionOfType(Manifest.UnusableException.class).isThrownBy(revalidator::run);
        assertThat(latest()).isEqualTo(Scenario.image(1));
    }

    @Test
    void hasNoImageIfItWasDeleted() throws Exception {
        revalidator.run();
        publish(1);
        revalidator.run();
        ManifestRecord deleted = new ManifestRecord.Deleted(2, Instant.EPOCH, Instant.EPOCH);
        try (VolumeFile manifest = other.openToWrite(Volume.MANIFEST)) {
            manifest.write(ByteBuffer.wrap(deleted.bytes()), ManifestRecord.SIZE);
        }
        revalidator.run();
        assertThat(latest()).isNull();
        assertThat(revalidator.file()).isEmpty();
        publish(3);
        revalidator.run();
        assertThat(latest()).isEqualTo(Scenario.image(3));
    }

    private void putOldLayout(byte[] content, Instant modified) throws IOException {
        Files.createDirectories(directory);
        Path image = Files.write(directory.resolve(Volume.OLD_IMAGE), content);
        Files.setLastModifiedTime(image, FileTime.from(modified));
    }

    @Test
    void takesOverTheImageOfTheOldLayoutWithItsDate() throws Exception {
        putOldLayout(Scenario.image(1), Instant.parse("2026-01-02T03:04:05.678Z"));
        revalidator.run();
        assertThat(latest()).isEqualTo(Scenario.image(1));
        assertThat(revalidator.file()).contains(Volume.OLD_IMAGE);
        Snapshot snapshot = revalidator.latest();
        assertThat(snapshot).isNotNull();
        assertThat(snapshot.modified(Instant.now())).contains(Instant.parse("2026-01-02T03:04:05Z"));
        publish(2);
        revalidator.run();
        assertThat(latest()).isEqualTo(Scenario.image(2));
    }

    @Test
    void takesItOverAfterAProcessThatEndedWhenItHadCreatedTheManifest() throws Exception {
        putOldLayout(Scenario.image(1), Instant.EPOCH);
        byte[] record = Manifest.parse(new byte[0])
                .next(Volume.OLD_IMAGE, new ImageVersion(ImageFormat.PNG, 1, "0".repeat(64)), Instant.EPOCH)
                .bytes();
        Files.write(directory.resolve(Volume.MANIFEST), Arrays.copyOf(record, 100));
        revalidator.run();
        assertThat(latest()).isEqualTo(Scenario.image(1));
    }

    @Test
    void doesNotTakeOverAFileThatIsNoImage() throws Exception {
        putOldLayout(new byte[100], Instant.EPOCH);
        revalidator.run();
        assertThat(latest()).isNull();
        assertThat(directory.resolve(Volume.OLD_IMAGE)).exists();
    }

    /** The image is what the manifest names, whatever other files exist. */
    @Test
    void doesNotTakeOverAnImageIfTheManifestHasOne() throws Exception {
        revalidator.run();
        publish(1);
        putOldLayout(Scenario.image(2), Instant.EPOCH);
        Revalidator started =
                new Revalidator(new Volume(directory, clock), publisher, new Spool(folder.resolve("spool"), 1 << 20));
        started.run();
        assertThat(started.file())
                .isNotEmpty()
                .isNotEqualTo(revalidator.file())
                .get()
                .isNotEqualTo(Volume.OLD_IMAGE);
    }
}
