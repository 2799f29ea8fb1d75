package io.latestimage.store;

import io.latestimage.image.ImageVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The content of the file {@value Volume#MANIFEST}: two records. The current one is the valid record with the higher
 * generation. A publication overwrites the other record. So the current record stays intact until the new one is
 * complete, even if the write is cut off. See docs/decisions/0015-manifest-with-two-records.md.
 *
 * @param bytes the whole content of the file, at most {@value #SIZE} bytes
 * @param first the first record, or null if it is not valid
 * @param second the second record, or null if it is not valid
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; isUnchanged() is
record Manifest(
        byte[] bytes,
        @Nullable ManifestRecord first,
        @Nullable ManifestRecord second) {
    /** In bytes. */
    static final int SIZE = 2 * ManifestRecord.SIZE;

    /** The storage answers, but the manifest is unusable. docs/volume-format.md says what to do about it. */
    static final class UnusableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }
    }

    /** Parses the records. */
    static Manifest parse(byte[] bytes) throws UnusableException {
        return new Manifest(bytes, record(bytes, 0), record(bytes, ManifestRecord.SIZE));
    }

    private static @Nullable ManifestRecord record(byte[] bytes, int from) throws UnusableException {
        return bytes.length < from + ManifestRecord.SIZE
                ? null
                : ManifestRecord.parse(Arrays.copyOfRange(bytes, from, from + ManifestRecord.SIZE))
                        .orElse(null);
    }

    /** Reads the whole of an open manifest. */
    static Manifest read(VolumeFile file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        while (buffer.hasRemaining() && file.read(buffer, buffer.position()) > 0) {}
        return parse(Arrays.copyOf(buffer.array(), buffer.position()));
    }

    /** Whether this manifest was parsed from the same bytes. */
    boolean isUnchanged(ByteBuffer other) {
        return other.mismatch(ByteBuffer.wrap(bytes)) < 0;
    }

    /**
     * The current record, or empty if nothing has been published.
     *
     * @throws UnusableException if there must be a record and none is valid
     */
    Optional<ManifestRecord> current() throws UnusableException {
        ManifestRecord current = isFirstCurrent() ? first : second;
        if (current == null && bytes.length > ManifestRecord.SIZE) {
            // A second record is written only while the first is valid. So this is not a first publication that was cut
            // off.
            throw new UnusableException("the file %s has no valid record; repair it as docs/volume-format.md describes"
                    .formatted(Volume.MANIFEST));
        }
        return Optional.ofNullable(current);
    }

    /** The position of the current record in the file, in bytes. */
    long currentPosition() throws UnusableException {
        return ManifestRecord.SIZE - nextPosition();
    }

    /** The position of the next record in the file, in bytes. It overwrites the record that is not current. */
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
                nextGeneration(before), file, version, published, ManifestRecord.modifiedAfter(before, published));
    }

    /** The record that deletes the image. */
    ManifestRecord.Deleted nextDeleted(Instant now) throws UnusableException {
        Optional<ManifestRecord> before = current();
        Instant published = ManifestRecord.publishedAfter(before, now);
        return new ManifestRecord.Deleted(
                nextGeneration(before), published, ManifestRecord.modifiedAfter(before, published));
    }

    private static long nextGeneration(Optional<ManifestRecord> before) {
        return 1 + before.map(ManifestRecord::generation).orElse(0L);
    }
}
