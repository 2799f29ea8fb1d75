package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static io.latestimage.e2e.system.Promises.assertProblem;
import static io.latestimage.e2e.system.Promises.assertStale;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The spool cannot take a copy of the image. Most spools here are real file systems in memory. The storage works all
 * the time, and the service never reports an outage of it.
 */
@Tag("system")
class SpoolFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FAULT = "replica-fault";
    private static final Images IMAGES = new Images(1);
    private static final byte[] SMALL = IMAGES.next(500_000).bytes();
    private static final byte[] LARGE = IMAGES.next(6_000_000).bytes();
    private static final byte[] OTHER = IMAGES.next(7_000_000).bytes();

    @TempDir
    private Path folder;

    @Test
    void keepsServingWhenTheSpoolIsFull() throws Exception {
        try (TestMount mount = TestMount.tmpfs(folder.resolve("spool"), "4m");
                ServiceProcess service = start()) {
            upload(service, SMALL);
            assertFresh(service, SMALL);
            upload(service, LARGE);
            assertFault(service, "the spool is full");
            long read = bytesRead(service);
            for (int i = 0; i < 200; i++) {
                assertStale(service.get("/image"), SMALL, FAULT);
            }
            assertThat(bytesRead(service) - read)
                    .as("bytes read by the service")
                    .isLessThan(LARGE.length);
            upload(service, OTHER); // the service accepts uploads nevertheless

            try (ServiceProcess another = start()) {
                assertWithoutImage(another, "the spool is full");
                another.kill();
            }
            mount.remount("size=40m");
            awaitHealed(service, OTHER);
            assertLoggedOnce(service, "the spool is full");
            service.kill();
        }
    }

    @Test
    void recoversWhenTheSpoolIsWritableAgain() throws Exception {
        try (TestMount mount = TestMount.tmpfs(folder.resolve("spool"), "40m");
                ServiceProcess service = start()) {
            Await.until("ready", PATIENCE, () -> service.status("/healthz/readiness") == 200);
            mount.remount("ro");
            upload(service, SMALL);
            assertWithoutImage(service, "the spool is read-only");
            mount.remount("rw");
            awaitHealed(service, SMALL);
            assertLoggedOnce(service, "the spool is read-only");
            service.kill();
        }
    }

    @Test
    void createsADeletedSpoolFolderAgain() throws Exception {
        Path spool = folder.resolve("spool");
        try (ServiceProcess service = start()) {
            upload(service, SMALL);
            assertFresh(service, SMALL);
            Files.delete(spool);
            assertFresh(service, SMALL);
            upload(service, LARGE);
            assertFresh(service, LARGE);
            Files.delete(spool);
            Files.write(spool, new byte[0]); // a file with its name prevents the folder
            upload(service, OTHER);
            assertFault(service, "the spool takes no copy of the image");
            Files.delete(spool);
            awaitHealed(service, OTHER);
            assertLoggedOnce(service, "the spool takes no copy of the image");
        }
    }

    /** Uses one connection, because the service has no descriptor for another. */
    @Test
    void recoversWhenFileDescriptorsAreAvailableAgain() throws Exception {
        Path spool = folder.resolve("spool");
        try (ServiceProcess service = start();
                RawConnection client = service.connect()) {
            upload(service, SMALL);
            assertThat(client.get("/image").body()).isEqualTo(SMALL);
            // The JVM opens files to load classes. So this loads the classes that report a fault, while it still can.
            Files.delete(spool);
            Files.write(spool, new byte[0]);
            upload(service, LARGE);
            assertFault(service, "the spool takes no copy of the image");
            Files.delete(spool);
            awaitHealed(service, LARGE);

            String pid = String.valueOf(service.process().pid());
            Command.of("prlimit", "--pid", pid, "--nofile=3:").run();
            try (ServiceProcess another = start()) {
                upload(another, OTHER);
                another.kill();
            }
            assertStale(client.get("/image"), LARGE, FAULT);
            assertThat(client.get("/healthz/readiness").text()).contains("no file descriptors are left");
            Command.of("prlimit", "--pid", pid, "--nofile=1024:").run();
            Await.until(
                    "ready", PATIENCE, () -> client.get("/healthz/readiness").status() == 200);
            assertThat(client.get("/image").body()).isEqualTo(OTHER);
            assertThat(service.log())
                    .filteredOn(line -> line.contains("This replica has a fault") && line.contains("descriptors"))
                    .hasSize(1);
        }
    }

    private ServiceProcess start() throws IOException {
        return ServiceProcess.start(Map.of(
                "IMAGE_DIR", folder.resolve("data").toString(),
                "SPOOL_DIR", folder.resolve("spool").toString()));
    }

    private static void upload(ServiceProcess service, byte[] image) throws IOException {
        assertThat(service.upload(image).status()).isEqualTo(201);
    }

    private static void assertFault(ServiceProcess service, String reason) throws Exception {
        Reply image = service.get("/image");
        assertThat(image.header("Cache-Status")).isEqualTo("latest-image; fwd=stale; detail=" + FAULT);
        Reply readiness = service.get("/healthz/readiness");
        assertThat(readiness.status()).isEqualTo(503);
        assertThat(readiness.text()).contains(reason);
        assertThat(service.status("/healthz/liveness")).isEqualTo(200);
    }

    private static void assertWithoutImage(ServiceProcess service, String reason) throws Exception {
        Reply response = service.get("/image");
        assertProblem(503, response);
        assertThat(response.text()).contains("This replica has a fault of its own");
        Reply readiness = service.get("/healthz/readiness");
        assertThat(readiness.status()).isEqualTo(503);
        assertThat(readiness.text()).contains(reason);
    }

    private static void awaitHealed(ServiceProcess service, byte[] image) throws Exception {
        Await.until("ready", PATIENCE, () -> service.status("/healthz/readiness") == 200);
        assertFresh(service, image);
    }

    private static void assertLoggedOnce(ServiceProcess service, String reason) {
        assertThat(service.log()).filteredOn(line -> line.contains(reason)).hasSize(1);
        assertThat(service.log())
                .filteredOn(line -> line.contains("fresh again"))
                .hasSize(1);
        assertThat(service.log()).noneMatch(line -> line.contains("storage does not answer"));
    }

    /** How many bytes the process has read with system calls so far, from all files together. */
    private static long bytesRead(ServiceProcess service) throws IOException {
        return Files.readAllLines(
                        Path.of("/proc", String.valueOf(service.process().pid()), "io"))
                .stream()
                .filter(line -> line.startsWith("rchar: "))
                .mapToLong(line -> Long.parseLong(line.substring(7)))
                .sum();
    }
}
