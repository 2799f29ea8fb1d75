package io.latestimage.store;

import io.latestimage.image.Fingerprint;
import io.latestimage.image.ImageVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layout of the volume before there was a manifest: the image was the file {@value Volume#OLD_IMAGE}. The manifest
 * gets a record of that file, which stays where it is and is deleted like any other image when it is replaced.
 */
final class OldLayout {
    private static final Logger LOG = LoggerFactory.getLogger(OldLayout.class);

    private static final int BUFFER_SIZE = 64 * 1024;

    private OldLayout() {}

    /** Publishes the image of the old layout as generation 1 if the manifest has no record. The file must exist. */
    static void takeOver(Volume volume, Publisher publisher) throws IOException, StoreException {
        publisher.locked(volume, (manifest, content) -> {
            Optional<ImageVersion> version = content.current().isPresent() ? Optional.empty() : readVersion(volume);
            if (version.isPresent()) {
                // Its date in HTTP was its modification time in whole seconds, and remains that.
                Instant published = volume.lastModified(Volume.OLD_IMAGE).minusSeconds(1);
                Publisher.write(
                        manifest, content.next(Volume.OLD_IMAGE, version.get(), published), content.nextPosition());
                LOG.info("The file {} of the old layout is the image now", Volume.OLD_IMAGE);
            }
            return version;
        });
    }

    private static Optional<ImageVersion> readVersion(Volume volume) throws IOException {
        try (VolumeFile file = volume.open(Volume.OLD_IMAGE)) {
            Optional<ImageVersion> version = version(file);
            if (version.isEmpty()) {
                LOG.warn(
                        "The file {} on the volume is not an image of a known format. It is ignored.",
                        Volume.OLD_IMAGE);
            }
            return version;
        }
    }

    /** The version of the image in an open file; empty if it is not an image of a known format. */
    static Optional<ImageVersion> version(VolumeFile file) throws IOException {
        Fingerprint fingerprint = new Fingerprint();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
        while (file.read(buffer) > 0) {
            fingerprint.update(buffer.flip());
            buffer.clear();
        }
        return fingerprint.finish();
    }
}
