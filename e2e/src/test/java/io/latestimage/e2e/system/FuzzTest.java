package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.system.FuzzClient.Defect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Malformed and unusual requests, at random, for {@code FUZZ_SECONDS} (30 by default). {@code FUZZ_SEED} repeats a run;
 * the seed is printed. The service answers or closes every connection and never fails. Afterwards it works as before:
 * nothing is left of the requests.
 */
@Tag("system")
@Timeout(value = 3, unit = TimeUnit.HOURS) // so that FUZZ_SECONDS may be 7200; each connection has a limit of its own
class FuzzTest {
    /** Longer than a client may wait for another image (50 s), and than an upload may take. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration SETTLED = Duration.ofMinutes(3);
    /** Enough that each kind of request is among them many times. */
    private static final long LEAST_REQUESTS = 3_000;

    private static final String TOKEN = "token-of-the-fuzz";
    private static final String AUTHORIZATION = "Bearer " + TOKEN;

    @TempDir
    private Path folder;

    private final Images images = new Images(1);

    @Test
    void survivesEveryRequest() throws Exception {
        long seed = number("FUZZ_SEED", RandomGenerator.getDefault().nextInt());
        Duration duration = Duration.ofSeconds(number("FUZZ_SECONDS", 30));
        System.out.printf("FUZZ_SEED=%d FUZZ_SECONDS=%d%n", seed, duration.toSeconds());
        try (ServiceProcess service = start(Program.SERVICE)) {
            assertWorks(service);
            Footprint before = Footprint.of(service);
            FuzzClient client = new FuzzClient(service.target(), PATIENCE);
            Fuzzer.Summary summary = new Fuzzer(seed, AUTHORIZATION, client).run(duration, LEAST_REQUESTS);
            System.out.println("Fuzz: " + summary);
            assertThat(summary.findings()).as("FUZZ_SEED=%d", seed).isEmpty();
            assertThat(summary.statuses())
                    .as("every kind of answer")
                    .containsKeys(200, 201, 204, 206, 304, 400, 401, 403, 404, 405, 412, 413, 415, 416, 417, 431);
            assertThat(service.log()).noneMatch(line -> line.contains("ERROR") || line.contains("OutOfMemory"));
            assertWorks(service);
            VolumeFolder volume = new VolumeFolder(folder.resolve("data"));
            Await.until(
                    "nothing is on the volume but the manifest and the image",
                    SETTLED,
                    () -> volume.others().isEmpty());
            Await.atMost(SETTLED)
                    .every(Duration.ofSeconds(1))
                    .value("no more than before", () -> Footprint.of(service), now -> now.fitsInto(before));
            assertWorks(service);
        }
    }

    /** This reader of forms fails, hangs, and leaves files. The fuzz sees all three. */
    @Test
    void negativeControlAFragileReaderIsFound() throws Exception {
        try (ServiceProcess service = start(Program.FRAGILE)) {
            FuzzClient client = new FuzzClient(service.target(), Duration.ofSeconds(20));
            Fuzzer.Summary summary = new Fuzzer(1, AUTHORIZATION, client).run(Duration.ofSeconds(5), 0);
            System.out.println("Fuzz of the control: " + summary);
            assertThat(summary.defects()).containsKeys(Defect.FAILED, Defect.HANGS);
            assertThat(new VolumeFolder(folder.resolve("data")).others()).anyMatch(name -> name.startsWith("part-"));
        }
    }

    private void assertWorks(ServiceProcess service) throws IOException {
        byte[] image = images.next(10_000).bytes();
        SingleRequest upload = service.uploadRequest(image).with("Authorization", AUTHORIZATION);
        assertThat(upload.send().status()).isEqualTo(201);
        assertFresh(service, image);
        assertThat(service.status("/healthz/liveness")).isEqualTo(200);
        assertThat(service.status("/healthz/readiness")).isEqualTo(200);
    }

    private ServiceProcess start(Program program) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), TOKEN);
        return ServiceProcess.start(
                program,
                List.of("-Xmx128m"),
                Map.of(
                        "IMAGE_DIR",
                        folder.resolve("data").toString(),
                        "SPOOL_DIR",
                        folder.resolve("spool").toString(),
                        "MAX_IMAGE_SIZE",
                        RequestGenerator.MAX_IMAGE_SIZE,
                        "UPLOAD_TOKEN_FILE",
                        token.toString(),
                        "CORS_ORIGINS",
                        "https://a.example",
                        // So that the service reports no outage only because this machine is slow for a moment.
                        "STORAGE_TIMEOUT",
                        "30s"));
    }

    private static long number(String variable, long otherwise) {
        String value = System.getenv(variable);
        return value == null || value.isBlank() ? otherwise : Long.parseLong(value.strip());
    }
}
