package io.latestimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.Main;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.ServiceProcess;
import io.latestimage.testing.StoredImage;
import io.latestimage.testing.TestMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume that answers, and takes nothing: full, or read-only. Real ones, of 4 MiB in memory. */
@Tag("system")
class FullVolumeTest {
    private static final byte[] SMALL = Form.png(1, 500_000);
    private static final byte[] MEDIUM = Form.png(2, 2_000_000);
    private static final byte[] LARGE = Form.png(3, 6_000_000);

    @TempDir
    private Path folder;

    @Test
    void keepsTheImageWhenTheVolumeIsFull() throws Exception {
        try (TestMount _ = TestMount.tmpfs(folder.resolve("data"), "4m");
                ServiceProcess service = start()) {
            assertThat(upload(service, SMALL).status()).isEqualTo(201);
            Path filler = Files.write(folder.resolve("data/filler"), new byte[2_000_000]);
            for (byte[] tooMuch : List.of(LARGE, MEDIUM)) {
                RawClient.Response full = upload(service, tooMuch);
                assertThat(full.status()).isEqualTo(507);
                assertThat(full.header("Content-Type")).contains("application/problem+json");
                Await.until(
                        "nothing is left",
                        Duration.ofSeconds(60),
                        () -> otherFiles().equals(List.of("filler")));
                assertServes(service, SMALL);
            }
            Files.delete(filler);
            assertThat(upload(service, MEDIUM).status()).isEqualTo(201);
            assertServes(service, MEDIUM);
            assertThat(otherFiles()).isEmpty();
            service.kill();
        }
    }

    @Test
    void keepsTheImageWhenTheVolumeIsReadOnly() throws Exception {
        try (TestMount mount = TestMount.tmpfs(folder.resolve("data"), "4m");
                ServiceProcess service = start()) {
            assertThat(upload(service, SMALL).status()).isEqualTo(201);
            mount.remount("ro");
            RawClient.Response refused = upload(service, MEDIUM);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isPresent();
            assertServes(service, SMALL);
            mount.remount("rw");
            assertThat(upload(service, MEDIUM).status()).isEqualTo(201);
            assertServes(service, MEDIUM);
            assertThat(otherFiles()).isEmpty();
            service.kill();
        }
    }

    private ServiceProcess start() throws IOException {
        return ServiceProcess.start(
                Main.class,
                List.of(),
                Map.of("IMAGE_DIR", folder.resolve("data").toString()));
    }

    private static RawClient.Response upload(ServiceProcess service, byte[] image) throws IOException {
        return RawClient.exchange(service.port(), Form.upload(image));
    }

    private static void assertServes(ServiceProcess service, byte[] image) throws IOException {
        RawClient.Response response = RawClient.get(service.port(), "/image");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Cache-Status")).isEmpty();
        assertThat(response.body()).isEqualTo(image);
    }

    private List<String> otherFiles() throws IOException {
        return StoredImage.others(folder.resolve("data"));
    }
}
