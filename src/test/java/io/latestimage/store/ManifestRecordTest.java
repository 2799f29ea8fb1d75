package io.latestimage.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.latestimage.image.ImageFormat;
import io.latestimage.image.ImageVersion;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of one record, which other versions and people read as well. */
class ManifestRecordTest {
    private static final Instant PUBLISHED = Instant.parse("2026-11-26T07:13:36.123Z");
    private static final Instant MODIFIED = Instant.parse("2026-11-26T07:13:37Z");
    private static final String SHA_256 = "9b6e".repeat(16);

    private static final String IMAGE = "{\"format\":1,\"generation\":42,"
            + "\"file\":\"image-9f3c0000000000000000000000000000.png\",\"type\":\"image/png\",\"size\":270448,"
            + "\"sha256\":\"9b6e9b6e9b6e9b6e9b6e9b6e9b6e9b6e9b6e9b6e9b6e9b6e9b6e9b6e9b6e9b6e\","
            + "\"published\":\"2026-11-26T07:13:36.123Z\",\"modified\":\"2026-11-26T07:13:37Z\"";
    private static final String DELETED = "{\"format\":1,\"generation\":43,\"deleted\":true,"
            + "\"published\":\"2026-11-26T07:13:36.123Z\",\"modified\":\"2026-11-26T07:13:37Z\"";

    private static ManifestRecord.Image image(ImageFormat format) {
        return new ManifestRecord.Image(
                42,
                "image-9f3c0000000000000000000000000000.png",
                new ImageVersion(format, 270_448, SHA_256),
                PUBLISHED,
                MODIFIED);
    }

    /** Another program has computed these check sums. */
    @Test
    void hasTheseBytes() {
        assertThat(text(image(ImageFormat.PNG))).isEqualTo(padded(IMAGE + ",\"crc\":\"3358b9cb\"}"));
        assertThat(text(new ManifestRecord.Deleted(43, PUBLISHED, MODIFIED)))
                .isEqualTo(padded(DELETED + ",\"crc\":\"30dd1a52\"}"));
    }

    /** Computed bit by bit from the definition, with the polynomial of IEEE 802.3. */
    @Test
    void hasTheCheckSumOfAllBeforeIt() throws Exception {
        assertThat(crc32("123456789".getBytes(US_ASCII)))
                .as("the check value of the algorithm")
                .isEqualTo("cbf43926");
        for (String json : new String[] {IMAGE, DELETED}) {
            byte[] record = padded("%s,\"crc\":\"%s\"}".formatted(json, crc32(json.getBytes(US_ASCII))))
                    .getBytes(US_ASCII);
            assertThat(ManifestRecord.parse(record).orElseThrow().bytes()).isEqualTo(record);
        }
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void readsWhatItHasWritten(ImageFormat format) throws Exception {
        assertThat(ManifestRecord.parse(image(format).bytes())).contains(image(format));
        assertThat(image(format).bytes()).hasSize(ManifestRecord.SIZE);
    }

    @Test
    void readsThatTheImageWasDeleted() throws Exception {
        ManifestRecord deleted = new ManifestRecord.Deleted(43, PUBLISHED, MODIFIED);
        assertThat(ManifestRecord.parse(deleted.bytes())).contains(deleted);
    }

    @Test
    void hasRoomForTheLargestValues() throws Exception {
        Instant late = Instant.parse("9999-12-31T23:59:59.999Z");
        ManifestRecord largest = new ManifestRecord.Image(
                999_999_999_999_999_999L,
                "image-" + "f".repeat(32) + ".jpeg",
                new ImageVersion(ImageFormat.ICO, 999_999_999_999_999_999L, SHA_256),
                late,
                late);
        assertThat(ManifestRecord.parse(largest.bytes())).contains(largest);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511})
    void isNoRecordIfTheWriteWasCutOff(int length) throws Exception {
        byte[] bytes = new byte[ManifestRecord.SIZE];
        System.arraycopy(image(ImageFormat.PNG).bytes(), 0, bytes, 0, length);
        assertThat(ManifestRecord.parse(bytes)).isEmpty();
    }

    /** If this version treated the record as damaged, its next publication would overwrite it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"format\":2,\"generation\":42,\"anything\":[1]",
                "{\"format\":1,\"generation\":42,\"moved\":true",
                "{\"format\":1,\"generation\":42,\"deleted\":true,\"published\":\"2026-11-26T07:13:36.123Z\""
            })
    void saysThatANewerVersionHasWrittenIt(String json) {
        assertThatExceptionOfType(Manifest.UnusableException.class)
                .isThrownBy(() -> ManifestRecord.parse(signed(json)))
                .withMessage("the file latest was written by a newer version of latest-image; upgrade this one");
    }

    @Test
    void saysThatOnlyANewerVersionKnowsTheType() {
        assertThatExceptionOfType(Manifest.UnusableException.class)
                .isThrownBy(() -> ManifestRecord.parse(signed(IMAGE.replace("image/png", "image/new"))))
                .withMessageContaining("newer version");
    }

    /** For example in a record that was written by hand. */
    @Test
    void saysThatADateIsNotValid() {
        assertThatExceptionOfType(Manifest.UnusableException.class)
                .isThrownBy(
                        () -> ManifestRecord.parse(signed(IMAGE.replace("2026-11-26T07:13:36", "2026-13-45T07:13:36"))))
                .withMessageContaining("2026-13-45")
                .withMessageContaining("repair it");
    }

    @Test
    void isPublishedNoEarlierThanThePreviousOneWhateverTheClockSays() {
        Optional<ManifestRecord> before = Optional.of(image(ImageFormat.PNG));
        assertThat(ManifestRecord.publishedAfter(before, PUBLISHED.minusSeconds(3_600)))
                .isEqualTo(PUBLISHED);
        assertThat(ManifestRecord.publishedAfter(before, PUBLISHED.plusNanos(1_999_999)))
                .isEqualTo(PUBLISHED.plusMillis(1));
        assertThat(ManifestRecord.publishedAfter(Optional.empty(), PUBLISHED.plusNanos(1)))
                .isEqualTo(PUBLISHED);
    }

    @Test
    void hasALaterDateInHttpThanThePreviousOne() {
        Optional<ManifestRecord> before = Optional.of(image(ImageFormat.PNG));
        assertThat(ManifestRecord.modifiedAfter(before, PUBLISHED)).isEqualTo(MODIFIED.plusSeconds(1));
        assertThat(ManifestRecord.modifiedAfter(before, PUBLISHED.plusSeconds(60)))
                .isEqualTo(MODIFIED.plusSeconds(60));
        assertThat(ManifestRecord.modifiedAfter(Optional.empty(), PUBLISHED)).isEqualTo(MODIFIED);
        assertThat(ManifestRecord.modifiedAfter(Optional.empty(), MODIFIED))
                .as("of a version that is published when the second begins")
                .isEqualTo(MODIFIED.plusSeconds(1));
    }

    private static String text(ManifestRecord record) {
        return new String(record.bytes(), US_ASCII);
    }

    private static String padded(String line) {
        return line + " ".repeat(ManifestRecord.SIZE - 1 - line.length()) + "\n";
    }

    private static byte[] signed(String json) {
        return padded("%s,\"crc\":\"%s\"}".formatted(json, crc32(json.getBytes(US_ASCII))))
                .getBytes(US_ASCII);
    }

    private static String crc32(byte[] bytes) {
        int crc = ~0;
        for (byte next : bytes) {
            crc ^= next & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0xedb88320);
            }
        }
        return "%08x".formatted(~crc);
    }
}
