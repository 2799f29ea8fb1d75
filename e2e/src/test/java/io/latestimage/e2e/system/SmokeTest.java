package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service starts, becomes ready and ends. This test needs only a JDK. */
@Timeout(value = 2, unit = TimeUnit.MINUTES) // a test that hangs has failed
class SmokeTest {
    @TempDir
    private Path folder;

    @Test
    void runsAsAProcess() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.start(Map.of("IMAGE_DIR", folder.resolve("data").toString(), "DRAIN_TIME", "0s"))) {
            assertThat(service.status("/healthz/readiness")).isEqualTo(200);
            service.terminate();
            assertThat(service.process().waitFor()).isZero();
        }
    }
}
