package io.latestimage.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.latestimage.image.Fingerprint;
import io.latestimage.image.ImageVersion;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;

/**
 * Images of one size, and copies of them in a spool.
 *
 * @param folder takes the place of the volume
 */
record SpoolCopies(Path folder) {
    static final Instant PUBLISHED = Instant.parse("2026-01-02T03:04:04.500Z");
    static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");
    static final int SIZE = 600_000;

    /** A copy of the image with this seed. The caller is its first holder. */
    Snapshot make(Spool spool, long seed) throws Exception {
        byte[] image = image(seed);
        Files.write(folder.resolve("file"), image);
        try (VolumeFile file = volume().open("file")) {
            return spool.copy(file, version(image), PUBLISHED, MODIFIED);
        }
    }

    Volume volume() {
        return new Volume(folder, new OperationClock());
    }

    static ImageVersion version(byte[] image) {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.update(ByteBuffer.wrap(image));
        return fingerprint.finish().orElseThrow();
    }

    static byte[] image(long seed) {
        byte[] image = new byte[SIZE];
        new Random(seed).nextBytes(image);
        System.arraycopy("GIF89a".getBytes(ISO_8859_1), 0, image, 0, 6);
        return image;
    }

    static byte[] bytes(Snapshot snapshot) {
        byte[] bytes = new byte[(int) snapshot.version().size()];
        snapshot.slice(0, bytes.length).get(bytes);
        return bytes;
    }
}
