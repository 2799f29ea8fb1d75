package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.RawConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * There are more clients than the limit of open files of the process. The service still works, and does not mistake the
 * limit for an outage of the storage.
 */
@Tag("system")
class OpenFileLimitTest {
    private static final int LIMIT = 512;

    @TempDir
    private Path folder;

    private final Images images = new Images(1);
    private final byte[] image = images.next(10_000).bytes();

    @Test
    void reservesFileDescriptorsForTheStorage() throws Exception {
        List<RawConnection> idle = new ArrayList<>();
        try (ServiceProcess service = start()) {
            assertThat(service.log())
                    .anySatisfy(line ->
                            assertThat(line).contains("MAX_CONNECTIONS is 4096", "limit of " + LIMIT + " open files"));
            assertThat(service.upload(image).status()).isEqualTo(201);
            RawConnection first = service.connect();
            idle.add(first);
            assertFresh(first.get("/image"), image);
            for (int i = 0; i < 2 * LIMIT; i++) {
                idle.add(service.connect());
            }
            for (int round = 1; round <= 20; round++) {
                assertFresh(first.get("/image"), image);
            }
            // The service can still make a copy of a new image, for which it opens files.
            byte[] other = images.next(10_000).bytes();
            try (ServiceProcess replica = ServiceProcess.start(
                    Map.of("IMAGE_DIR", folder.resolve("data").toString()))) {
                assertThat(replica.upload(other).status()).isEqualTo(201);
            }
            assertFresh(first.get("/image"), other);
            idle.forEach(RawConnection::close);
            Await.until("new clients are served", Duration.ofSeconds(60), () -> service.status("/image") == 200);
            assertThat(service.log())
                    .noneMatch(line -> line.contains("storage does not answer"))
                    .filteredOn(line -> line.contains("connections are taken (MAX_CONNECTIONS)"))
                    .as("one warning for all rejected connections, and a few more on a very slow machine")
                    .hasSizeBetween(1, 5);
        } finally {
            idle.forEach(RawConnection::close);
        }
    }

    private ServiceProcess start() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -n %d && exec \"$0\" \"$@\"".formatted(LIMIT)));
        command.addAll(Program.SERVICE.command(List.of()));
        return ServiceProcess.run(
                command,
                Map.of(
                        "IMAGE_DIR", folder.resolve("data").toString(),
                        "SPOOL_DIR", folder.resolve("spool").toString()),
                ServiceProcess.STARTED);
    }
}
