package io.latestimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.Main;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * More clients than the process may have files open: it goes on, and does not take that for an outage of the storage.
 */
@Tag("system")
class OpenFileLimitTest {
    private static final int LIMIT = 512;

    @TempDir
    private Path folder;

    private final byte[] image = Form.png(1, 10_000);

    @Test
    void keepsDescriptorsForTheStorage() throws Exception {
        List<RawClient> idle = new ArrayList<>();
        try (ServiceProcess service = start()) {
            assertThat(service.log())
                    .anySatisfy(line ->
                            assertThat(line).contains("MAX_CONNECTIONS is 4096", "limit of " + LIMIT + " open files"));
            assertThat(upload(service, image)).isEqualTo(201);
            RawClient first = RawClient.connect(service.port());
            idle.add(first);
            assertFresh(get(first));
            for (int i = 0; i < 2 * LIMIT; i++) {
                idle.add(RawClient.connect(service.port()));
            }
            for (int round = 1; round <= 20; round++) {
                assertFresh(get(first));
            }
            // A new copy needs files, and is made.
            byte[] other = Form.png(2, 10_000);
            try (ServiceProcess replica = ServiceProcess.start(
                    Main.class,
                    List.of(),
                    Map.of("IMAGE_DIR", folder.resolve("data").toString()))) {
                assertThat(upload(replica, other)).isEqualTo(201);
            }
            Response response = get(first);
            assertFresh(response);
            assertThat(response.body()).isEqualTo(other);
            for (RawClient client : idle) {
                client.close();
            }
            Await.until(
                    "new clients are served",
                    Duration.ofSeconds(60),
                    () -> RawClient.get(service.port(), "/image").status() == 200);
            assertThat(service.log())
                    .noneMatch(line -> line.contains("storage does not answer"))
                    .filteredOn(line -> line.contains("connections are taken (MAX_CONNECTIONS)"))
                    .as("one warning for all, but for a very slow machine")
                    .hasSizeBetween(1, 5);
        } finally {
            for (RawClient client : idle) {
                client.close();
            }
        }
    }

    private ServiceProcess start() throws Exception {
        String java =
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
        return ServiceProcess.run(
                List.of(
                        "bash",
                        "-c",
                        "ulimit -n %d && exec \"$0\" \"$@\"".formatted(LIMIT),
                        java,
                        "-cp",
                        System.getProperty("java.class.path", ""),
                        Main.class.getName()),
                Map.of(
                        "IMAGE_DIR", folder.resolve("data").toString(),
                        "SPOOL_DIR", folder.resolve("spool").toString()),
                ServiceProcess.STARTED);
    }

    private static int upload(ServiceProcess service, byte[] image) throws Exception {
        return RawClient.exchange(service.port(), Form.upload(image)).status();
    }

    private static Response get(RawClient client) throws Exception {
        client.send(RawClient.head("GET", "/image"));
        return client.readResponse();
    }

    private static void assertFresh(Response response) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Cache-Status")).isEmpty();
    }
}
