package io.latestimage.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.image.ImageFormat;
import io.latestimage.image.ImageVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldLayoutTest {
    @TempDir
    private Path folder;

    @Test
    void readsTheVersionOfAFileThatIsLargerThanTheBuffer() throws Exception {
        byte[] image = new byte[200_000];
        new Random(2).nextBytes(image);
        System.arraycopy("GIF89a".getBytes(ISO_8859_1), 0, image, 0, 6);
        Files.write(folder.resolve("file"), image);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image));
        try (VolumeFile file = new Volume(folder, new OperationClock()).open("file")) {
            assertThat(OldLayout.version(file)).contains(new ImageVersion(ImageFormat.GIF, image.length, sha256));
        }
    }
}
