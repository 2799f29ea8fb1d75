package io.latestimage.store;

import io.latestimage.image.ImageVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the file {@value Volume#MANIFEST} says: two records, of which the valid one with the higher generation is the
 * current one. A publication writes its record in the place of the other, so that, however much of it is written, the
 * current one stays what it is until the new one is complete.
 *
 * @param bytes all that the file has, at most {@value #SIZE} bytes
 * @param first the record at its beginning, or null where that is not valid
 * @param second the record after it, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; isUnchanged() is
record Manifest(
        byte[] bytes,
        @Nullable ManifestRecord first,
        @Nullable ManifestRecord second) {
    /** In bytes. */
    static final int SIZE = 2 * ManifestRecord.SIZE;

    /**
     * That the manifest cannot be used, although the storage answers. What to do about it is in docs/volume-format.md.
     */
    static final class UnusableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }
    }

    /** Reads the records. */
    static Manifest parse(byte[] bytes) throws UnusableException {
        return new Manifest(bytes, record(bytes, 0), record(bytes, ManifestRecord.SIZE));
    }

    private static @Nullable ManifestRecord record(byte[] bytes, int from) throws UnusableException {
        return bytes.length < from + ManifestRecord.SIZE
                ? null
                : ManifestRecord.parse(Arrays.copyOfRange(bytes, from, from + ManifestRecord.SIZE))
                        .orElse(null);
    }

    /** Reads all of an open manifest. */
    static Manifest read(VolumeFile file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        while (buffer.hasRemaining() && file.read(buffer, buffer.position()) > 0) {}
        return parse(Arrays.copyOf(buffer.array(), buffer.position()));
    }

    /** Whether these bytes are those of which this was read. */
    boolean isUnchanged(ByteBuffer other) {
        return other.mismatch(ByteBuffer.wrap(bytes)) < 0;
    }

    /**
     * The current record, or empty where nothing has been published yet.
     *
     * @throws UnusableException where there must be one and it cannot be read
     */
    Optional<ManifestRecord> current() throws UnusableException {
        ManifestRecord current = isFirstCurrent() ? first : second;
        if (current == null && bytes.length > ManifestRecord.SIZE) {
            // The second is written only where the first is valid: this is no publication that was cut off.
            throw new UnusableException("the file %s has no valid record; repair it as docs/volume-format.md describes"
                    .formatted(Volume.MANIFEST));
        }
        return Optional.ofNullable(current);
    }

    /** Where in the file the current record is, in bytes. */
    long currentPosition() throws UnusableException {
        return ManifestRecord.SIZE - nextPosition();
    }

    /** Where in the file the next record is written, in bytes: over the one that is not current. */
    long nextPosition() throws UnusableException {
        return current().isPresent() && isFirstCurrent() ? ManifestRecord.SIZE : 0;
    }

    private boolean isFirstCurrent() {
        return second == null || (first != null && first.generation() > second.generation());
    }

    /** The record that makes a file the image. */
    ManifestRecord.Image next(String file, ImageVersion version, Instant now) throws UnusableException {
        Optional<ManifestRecord> before = current();
        Instant published = ManifestRecord.publishedAfter(before, now);
        return new ManifestRecord.Image(
                1 + before.map(ManifestRecord::generation).orElse(0L),
                file,
                version,
                published,
                ManifestRecord.modifiedAfter(before, published));
    }
}
