package io.latestimage.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000, 300_000})
    void tellsTheSameHoweverTheBytesArrive(int chunk) throws Exception {
        byte[] image = new byte[200_000];
        new Random(1).nextBytes(image);
        System.arraycopy("GIF89a".getBytes(ISO_8859_1), 0, image, 0, 6);
        Digest digest = new Digest();
        for (int at = 0; at < image.length; at += chunk) {
            ByteBuffer bytes = ByteBuffer.wrap(image, at, Math.min(chunk, image.length - at));
            digest.update(bytes);
            assertThat(bytes.hasRemaining()).isFalse();
        }
        assertThat(digest.size()).isEqualTo(image.length);
        assertThat(digest.finish()).contains(new ImageVersion(ImageFormat.GIF, image.length, sha256(image)));
    }

    @Test
    void tellsNothingOfNoBytes() {
        assertThat(new Digest().finish()).isEmpty();
    }

    @Test
    void tellsNothingOfWhatIsNoImage() {
        Digest digest = new Digest();
        digest.update(ByteBuffer.wrap("no image".getBytes(ISO_8859_1)));
        assertThat(digest.format()).isEmpty();
        assertThat(digest.finish()).isEmpty();
    }

    @Test
    void readsAFile() throws Exception {
        byte[] image = new byte[200_000];
        new Random(2).nextBytes(image);
        System.arraycopy("GIF89a".getBytes(ISO_8859_1), 0, image, 0, 6);
        Files.write(folder.resolve("file"), image);
        try (VolumeFile file = new Volume(folder, new OperationClock()).open("file")) {
            assertThat(Digest.read(file)).contains(new ImageVersion(ImageFormat.GIF, image.length, sha256(image)));
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
