package io.latestimage.store;

import io.latestimage.image.Fingerprint;
import io.latestimage.store.Publisher.Draft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A publisher over an empty manifest, whose operations on the volume can be made to fail. */
abstract class PublisherFixture {
    static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    final ScriptedClock clock = new ScriptedClock();
    final AtomicBoolean available = new AtomicBoolean(true);
    final Publisher publisher = new Publisher(LONG, available::get);
    Volume volume;

    @BeforeEach
    void create() throws Exception {
        volume = new Volume(folder, clock);
        publisher.createManifest(volume);
    }

    /** Written to the volume and ready to be published. */
    final Draft draft(int number) throws IOException {
        byte[] image = Scenario.image(number);
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.update(ByteBuffer.wrap(image));
        VolumeFile file = volume.createFile(
                "image-%s.png".formatted(UUID.randomUUID().toString().replace("-", "")));
        file.write(ByteBuffer.wrap(image));
        return new Draft(file, fingerprint.finish().orElseThrow());
    }

    final Optional<ManifestRecord> current() throws IOException {
        return Manifest.parse(Files.readAllBytes(folder.resolve(Volume.MANIFEST)))
                .current();
    }
}
