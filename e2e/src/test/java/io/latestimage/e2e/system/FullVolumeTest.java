package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.SingleRequest.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The volume answers but cannot be written: it is full or read-only. The volumes are real, each a tmpfs of 4 MiB. */
@Tag("system")
class FullVolumeTest {
    private static final Images IMAGES = new Images(1);
    private static final byte[] SMALL = IMAGES.next(500_000).bytes();
    private static final byte[] MEDIUM = IMAGES.next(2_000_000).bytes();
    private static final byte[] LARGE = IMAGES.next(6_000_000).bytes();

    @TempDir
    private Path folder;

    @Test
    void keepsTheImageWhenTheVolumeIsFull() throws Exception {
        try (TestMount _ = TestMount.tmpfs(folder.resolve("data"), "4m");
                ServiceProcess service = start()) {
            assertThat(service.upload(SMALL).status()).isEqualTo(201);
            Path filler = Files.write(folder.resolve("data/filler"), new byte[2_000_000]);
            for (byte[] tooMuch : List.of(LARGE, MEDIUM)) {
                Reply full = service.upload(tooMuch);
                assertThat(full.status()).isEqualTo(507);
                assertThat(full.header("Content-Type")).isEqualTo("application/problem+json");
                Await.until(
                        "no file of the failed upload is left",
                        Duration.ofSeconds(60),
                        () -> otherFiles().equals(List.of("filler")));
                assertFresh(service, SMALL);
            }
            Files.delete(filler);
            assertThat(service.upload(MEDIUM).status()).isEqualTo(201);
            assertFresh(service, MEDIUM);
            assertThat(otherFiles()).isEmpty();
            service.kill();
        }
    }

    @Test
    void keepsTheImageWhenTheVolumeIsReadOnly() throws Exception {
        try (TestMount mount = TestMount.tmpfs(folder.resolve("data"), "4m");
                ServiceProcess service = start()) {
            assertThat(service.upload(SMALL).status()).isEqualTo(201);
            mount.remount("ro");
            Reply refused = service.upload(MEDIUM);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertFresh(service, SMALL);
            mount.remount("rw");
            assertThat(service.upload(MEDIUM).status()).isEqualTo(201);
            assertFresh(service, MEDIUM);
            assertThat(otherFiles()).isEmpty();
            service.kill();
        }
    }

    private ServiceProcess start() throws IOException {
        return ServiceProcess.start(Map.of("IMAGE_DIR", folder.resolve("data").toString()));
    }

    private List<String> otherFiles() throws IOException {
        return new VolumeFolder(folder.resolve("data")).others();
    }
}
