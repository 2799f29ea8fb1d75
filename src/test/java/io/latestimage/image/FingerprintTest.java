package io.latestimage.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000, 300_000})
    void isTheSameHoweverTheBytesArrive(int chunk) throws Exception {
        byte[] image = new byte[200_000];
        new Random(1).nextBytes(image);
        System.arraycopy("GIF89a".getBytes(ISO_8859_1), 0, image, 0, 6);
        Fingerprint fingerprint = new Fingerprint();
        for (int at = 0; at < image.length; at += chunk) {
            ByteBuffer bytes = ByteBuffer.wrap(image, at, Math.min(chunk, image.length - at));
            fingerprint.update(bytes);
            assertThat(bytes.hasRemaining()).isFalse();
        }
        assertThat(fingerprint.size()).isEqualTo(image.length);
        assertThat(fingerprint.finish()).contains(new ImageVersion(ImageFormat.GIF, image.length, sha256(image)));
    }

    @Test
    void isEmptyForNoBytes() {
        assertThat(new Fingerprint().finish()).isEmpty();
    }

    @Test
    void isEmptyForAnUnknownFormat() {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.update(ByteBuffer.wrap("no image".getBytes(ISO_8859_1)));
        assertThat(fingerprint.format()).isEmpty();
        assertThat(fingerprint.finish()).isEmpty();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
