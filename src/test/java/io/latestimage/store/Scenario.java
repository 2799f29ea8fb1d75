package io.latestimage.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/** What the volume has before a publication. */
enum Scenario {
    /** Not even the folder. */
    FIRST(0),
    SECOND(1),
    /** Both slots of the manifest are in use. */
    THIRD(2),
    /** The same, but the other slot is next. */
    FOURTH(3),
    /** Only the image of the old layout, which is taken over. */
    OLD_LAYOUT(0),
    /** The image was deleted. */
    DELETED(1);

    private final int images;

    /** How many images are published. */
    Scenario(int images) {
        this.images = images;
    }

    /** The image before the publication. */
    Optional<byte[]> before() {
        return switch (this) {
            case FIRST, DELETED -> Optional.empty();
            case SECOND, THIRD, FOURTH, OLD_LAYOUT -> Optional.of(image(images));
        };
    }

    /** Creates the folder as a store of this kind leaves it. */
    void prepare(Path folder, TestedStore.Kind kind) throws IOException, StoreException {
        if (this == OLD_LAYOUT) {
            Files.createDirectories(folder);
            Files.write(folder.resolve(Volume.OLD_IMAGE), image(images));
        }
        for (int number = 1; number <= images; number++) {
            try (TestedStore store = kind.open(folder, FaultInjection.none()::clock)) {
                store.replace(image(number));
            }
        }
        if (this == DELETED) {
            Volume volume = new Volume(folder, new OperationClock());
            try (VolumeFile manifest = volume.openToWrite(Volume.MANIFEST)) {
                long position = Manifest.read(manifest).nextPosition();
                manifest.write(ByteBuffer.wrap(deleted().bytes()), position);
            }
            kind.sweep(folder);
        }
    }

    private static ManifestRecord deleted() {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        return new ManifestRecord.Deleted(2, now, now);
    }

    /** A PNG, as far as the store can tell. Each image has another length. */
    static byte[] image(int number) {
        byte[] image = new byte[1_000 + number];
        new Random(number).nextBytes(image);
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        System.arraycopy(signature, 0, image, 0, signature.length);
        return image;
    }
}
