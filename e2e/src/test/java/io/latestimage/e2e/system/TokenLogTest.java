package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.SingleRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log shows an operator that tokens are wrong or missing, and no client can fill it. */
@Tag("system")
class TokenLogTest {
    private static final int REQUESTS = 500;
    /** The service reads the file once per second. */
    private static final Duration SEVERAL_READS = Duration.ofSeconds(3);

    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void hasOneLineForManyRequests() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "s3cret\n");
        Map<String, String> environment =
                Map.of("IMAGE_DIR", folder.resolve("data").toString(), "READ_TOKEN_FILE", tokens.toString());
        long begun = System.nanoTime();
        try (ServiceProcess service = ServiceProcess.start(environment)) {
            SingleRequest wrong = SingleRequest.get(service.target(), "/image").with("Authorization", "Bearer guess");
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(wrong.send().status()).isEqualTo(401);
            }
            Files.delete(tokens);
            Await.until("the file is missing", LIMIT, () -> wrong.send().status() == 503);
            long missing = System.nanoTime();
            for (int i = 0; i < REQUESTS || System.nanoTime() - missing < SEVERAL_READS.toNanos(); i++) {
                assertThat(wrong.send().status()).isEqualTo(503);
            }
            Files.writeString(tokens, "s3cret\n");
            Await.until("the file is there again", LIMIT, () -> wrong.send().status() == 401);
            Await.until("this is logged", LIMIT, () -> lines(service, "can be used again") == 1);
            long minutes = Duration.ofNanos(System.nanoTime() - begun).toMinutes();
            assertThat(lines(service, "Requests with a wrong token: ")).isBetween(1L, 1 + minutes);
            assertThat(lines(service, "cannot be used, so requests that need it get 503"))
                    .isEqualTo(1);
            assertThat(service.log()).noneMatch(line -> line.contains("guess") || line.contains("s3cret"));
        }
    }

    private static long lines(ServiceProcess service, String text) {
        return service.log().stream().filter(line -> line.contains(text)).count();
    }
}
