package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static io.latestimage.e2e.system.Promises.assertStale;
import static io.latestimage.e2e.system.Promises.assertUnavailable;
import static io.latestimage.e2e.system.Promises.isFresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The storage fails while a replica runs, or already hangs when a replica starts. */
@Tag("system")
class StorageFailureTest {
    private final Images images = new Images(1);
    private final byte[] image = images.next(300_000).bytes();

    @Test
    void servesItsSnapshotWhileTheStorageFails(@TempDir Path folder) throws Exception {
        BrokenStorage storage = new BrokenStorage(folder);
        try (TestMount failing = storage.mount();
                ServiceProcess service = storage.start(Program.SERVICE)) {
            Await.until("ready", BrokenStorage.PATIENCE, () -> service.status("/healthz/readiness") == 200);
            assertThat(service.upload(image).status()).isEqualTo(201);
            assertFresh(service, image);
            failing.kill();
            assertStale(service.get("/image"), image, BrokenStorage.UNAVAILABLE);
            assertUnavailable(service.upload(images.next(300_000).bytes()));
            assertThat(service.status("/healthz/readiness")).isEqualTo(200);
            assertThat(service.status("/healthz/liveness")).isEqualTo(200);
            failing.unmount();
            try (TestMount _ = storage.mount()) {
                Await.until("downloads are fresh again", BrokenStorage.PATIENCE, () -> isFresh(service));
                assertFresh(service, image);
                byte[] newer = images.next(300_000).bytes();
                assertThat(service.upload(newer).status()).isEqualTo(201);
                assertFresh(service, newer);
                service.kill();
            }
        }
    }

    @Test
    void isNotReadyWhenItStartsDuringAnOutage(@TempDir Path folder) throws Exception {
        BrokenStorage storage = new BrokenStorage(folder);
        try (TestMount mount = storage.mount();
                ServiceProcess earlier = storage.start(Program.SERVICE)) {
            assertThat(earlier.upload(image).status()).isEqualTo(201);
            mount.stop();
            try (ServiceProcess service = storage.start(Program.SERVICE)) {
                assertUnavailable(service.get("/image"));
                assertThat(service.status("/healthz/readiness")).isEqualTo(503);
                assertThat(service.status("/healthz/liveness")).isEqualTo(200);
                assertUnavailable(service.upload(images.next(1000).bytes()));
                mount.resume();
                Await.until("ready", BrokenStorage.PATIENCE, () -> service.status("/healthz/readiness") == 200);
                assertFresh(service, image);
            }
        }
    }
}
