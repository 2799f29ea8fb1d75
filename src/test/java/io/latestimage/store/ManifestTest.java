package io.latestimage.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.latestimage.image.ImageFormat;
import io.latestimage.image.ImageVersion;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which of the two records is current, whatever has happened to the other. */
class ManifestTest {
    private static final Instant NOW = Instant.parse("2026-11-26T07:13:36.123Z");

    private static ManifestRecord record(long generation) {
        ImageVersion version = new ImageVersion(ImageFormat.PNG, generation, "0".repeat(64));
        return new ManifestRecord.Image(generation, "image-%d.png".formatted(generation), version, NOW, NOW);
    }

    private static byte[] bytes(@Nullable ManifestRecord first, @Nullable ManifestRecord second) {
        byte[] bytes = new byte[second == null ? (first == null ? 0 : ManifestRecord.SIZE) : Manifest.SIZE];
        if (first != null) {
            System.arraycopy(first.bytes(), 0, bytes, 0, ManifestRecord.SIZE);
        }
        if (second != null) {
            System.arraycopy(second.bytes(), 0, bytes, ManifestRecord.SIZE, ManifestRecord.SIZE);
        }
        return bytes;
    }

    private static long generation(byte[] bytes) throws Manifest.UnusableException {
        return Manifest.parse(bytes).current().map(ManifestRecord::generation).orElse(0L);
    }

    @Test
    void hasTheRecordOfTheHighestGeneration() throws Exception {
        assertThat(generation(bytes(null, null))).isZero();
        assertThat(generation(bytes(record(1), null))).isEqualTo(1);
        assertThat(generation(bytes(record(1), record(2)))).isEqualTo(2);
        assertThat(generation(bytes(record(3), record(2)))).isEqualTo(3);
        assertThat(generation(bytes(record(9), record(10)))).isEqualTo(10);
    }

    @Test
    void writesTheNextRecordOverTheOneThatIsNotCurrent() throws Exception {
        assertThat(Manifest.parse(bytes(null, null)).nextPosition()).isZero();
        assertThat(Manifest.parse(bytes(record(1), null)).nextPosition()).isEqualTo(ManifestRecord.SIZE);
        assertThat(Manifest.parse(bytes(record(1), record(2))).nextPosition()).isZero();
        assertThat(Manifest.parse(bytes(record(3), record(2))).nextPosition()).isEqualTo(ManifestRecord.SIZE);
        assertThat(Manifest.parse(bytes(record(1), record(2))).currentPosition())
                .isEqualTo(ManifestRecord.SIZE);
        assertThat(Manifest.parse(bytes(record(3), record(2))).currentPosition())
                .isZero();
    }

    /** A publication, cut off after any number of bytes, over whatever was there before. */
    @Test
    void keepsItsRecordHoweverMuchOfTheNextIsWritten() throws Exception {
        for (byte[] before : new byte[][] {
            bytes(null, null), bytes(record(1), null), bytes(record(1), record(2)), bytes(record(3), record(2))
        }) {
            Manifest manifest = Manifest.parse(before);
            int position = Math.toIntExact(manifest.nextPosition());
            long generation = generation(before);
            byte[] next = record(generation + 1).bytes();
            for (int count = 0; count < next.length; count++) {
                byte[] torn = Arrays.copyOf(before, Math.max(before.length, position + count));
                System.arraycopy(next, 0, torn, position, count);
                // The missing bytes may be equal to those that were there before: blanks, or the line end.
                boolean complete =
                        Arrays.equals(next, Arrays.copyOfRange(torn, position, position + ManifestRecord.SIZE));
                assertThat(generation(torn))
                        .as("%d bytes at %d", count, position)
                        .isEqualTo(complete ? generation + 1 : generation);
            }
        }
    }

    @Test
    void keepsItsRecordWhateverByteOfTheOtherIsDamaged() throws Exception {
        byte[] whole = bytes(record(3), record(4));
        for (int at = 0; at < whole.length; at++) {
            for (int mask : new int[] {0x01, 0x20, 0xff}) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) mask;
                assertThat(generation(damaged)).as("byte %d", at).isEqualTo(at < ManifestRecord.SIZE ? 4 : 3);
            }
        }
    }

    @Test
    void keepsItsRecordWhereverTheFileIsCut() throws Exception {
        byte[] whole = bytes(record(3), record(2));
        for (int length = ManifestRecord.SIZE; length <= whole.length; length++) {
            assertThat(generation(Arrays.copyOf(whole, length))).isEqualTo(3);
        }
    }

    /** It must not be mistaken for a volume that has no image yet. */
    @Test
    void isUnusableIfBothRecordsAreDamaged() throws Exception {
        byte[] damaged = bytes(record(3), record(4));
        damaged[10] ^= 1;
        damaged[ManifestRecord.SIZE + 10] ^= 1;
        for (byte[] bytes : new byte[][] {damaged, new byte[Manifest.SIZE], new byte[ManifestRecord.SIZE + 1]}) {
            Manifest manifest = Manifest.parse(bytes);
            assertThatExceptionOfType(Manifest.UnusableException.class)
                    .isThrownBy(manifest::current)
                    .withMessageContaining("latest has no valid record; repair it as docs/volume-format.md");
            assertThatExceptionOfType(Manifest.UnusableException.class).isThrownBy(manifest::nextPosition);
            assertThatExceptionOfType(Manifest.UnusableException.class)
                    .isThrownBy(() -> manifest.next("image", new ImageVersion(ImageFormat.PNG, 1, "0"), NOW));
        }
    }

    /** It does not matter which one is current: this version would overwrite a record that it does not understand. */
    @Test
    void isUnusableIfANewerVersionHasWrittenEitherRecord() {
        byte[] newer = record(5).bytes();
        String json = "{\"format\":7,\"generation\":5,\"a\":\"b\"";
        CRC32 crc = new CRC32();
        crc.update(json.getBytes(US_ASCII));
        Arrays.fill(newer, 0, newer.length - 1, (byte) ' ');
        byte[] line = "%s,\"crc\":\"%08x\"}".formatted(json, crc.getValue()).getBytes(US_ASCII);
        System.arraycopy(line, 0, newer, 0, line.length);
        for (int position : new int[] {0, ManifestRecord.SIZE}) {
            byte[] bytes = bytes(record(3), record(4));
            System.arraycopy(newer, 0, bytes, position, newer.length);
            assertThatExceptionOfType(Manifest.UnusableException.class)
                    .isThrownBy(() -> Manifest.parse(bytes))
                    .withMessageContaining("newer version");
        }
    }

    @Test
    void hasTheNextGeneration() throws Exception {
        ImageVersion version = new ImageVersion(ImageFormat.GIF, 7, "1".repeat(64));
        ManifestRecord.Image first = Manifest.parse(bytes(null, null)).next("a", version, NOW);
        assertThat(first)
                .isEqualTo(new ManifestRecord.Image(1, "a", version, NOW, Instant.parse("2026-11-26T07:13:37Z")));
        ManifestRecord.Image second = Manifest.parse(bytes(first, null)).next("b", version, NOW.minusSeconds(99));
        assertThat(second)
                .as("by a replica whose clock is behind")
                .isEqualTo(new ManifestRecord.Image(2, "b", version, NOW, Instant.parse("2026-11-26T07:13:38Z")));
    }

    @Test
    void countsDeletionsToo() throws Exception {
        ImageVersion version = new ImageVersion(ImageFormat.GIF, 7, "1".repeat(64));
        ManifestRecord.Image first = Manifest.parse(bytes(null, null)).next("a", version, NOW);
        ManifestRecord.Deleted deleted = Manifest.parse(bytes(first, null)).nextDeleted(NOW.minusSeconds(99));
        assertThat(deleted)
                .as("by a replica whose clock is behind")
                .isEqualTo(new ManifestRecord.Deleted(2, NOW, Instant.parse("2026-11-26T07:13:38Z")));
        assertThat(Manifest.parse(bytes(first, deleted)).current()).contains(deleted);
        assertThat(Manifest.parse(bytes(first, deleted)).next("c", version, NOW))
                .isEqualTo(new ManifestRecord.Image(3, "c", version, NOW, Instant.parse("2026-11-26T07:13:39Z")));
    }

    @Test
    void tellsWhetherItHasChanged() throws Exception {
        byte[] bytes = bytes(record(1), null);
        Manifest manifest = Manifest.parse(bytes);
        assertThat(manifest.isUnchanged(ByteBuffer.wrap(bytes.clone()))).isTrue();
        assertThat(manifest.isUnchanged(ByteBuffer.wrap(bytes(record(1), record(2)))))
                .isFalse();
        assertThat(manifest.isUnchanged(ByteBuffer.wrap(bytes, 0, 511))).isFalse();
    }
}
