package io.latestimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.Main;
import io.latestimage.testing.Await;
import io.latestimage.testing.Command;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.ServiceProcess;
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

/** A spool that takes no copies. Real ones, in memory. The storage is well all the time, and nobody says otherwise. */
@Tag("system")
class SpoolFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] SMALL = Form.png(1, 500_000);
    private static final byte[] LARGE = Form.png(2, 6_000_000);
    private static final byte[] OTHER = Form.png(3, 7_000_000);

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
                RawClient.Response stale = RawClient.get(service.port(), "/image");
                assertThat(stale.status()).isEqualTo(200);
                assertThat(stale.header("Cache-Status")).contains("latest-image; fwd=stale; detail=replica-fault");
                assertThat(stale.body()).isEqualTo(SMALL);
            }
            assertThat(bytesRead(service) - read)
                    .as("bytes read by the service")
                    .isLessThan(LARGE.length);
            upload(service, OTHER); // is taken all the same

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
    void healsWhenTheSpoolIsWritableAgain() throws Exception {
        try (TestMount mount = TestMount.tmpfs(folder.resolve("spool"), "40m");
                ServiceProcess service = start()) {
            Await.until("ready", PATIENCE, () -> readiness(service).status() == 200);
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
    void makesTheFolderOfTheSpoolAgain() throws Exception {
        Path spool = folder.resolve("spool");
        try (ServiceProcess service = start()) {
            upload(service, SMALL);
            assertFresh(service, SMALL);
            Files.delete(spool);
            assertFresh(service, SMALL);
            upload(service, LARGE);
            assertFresh(service, LARGE);
            Files.delete(spool);
            Files.write(spool, new byte[0]); // where it is, there can be no folder
            upload(service, OTHER);
            assertFault(service, "the spool takes no copy of the image");
            Files.delete(spool);
            awaitHealed(service, OTHER);
            assertLoggedOnce(service, "the spool takes no copy of the image");
        }
    }

    /** On one connection, since there is no descriptor for another. */
    @Test
    void healsWhenThereAreDescriptorsAgain() throws Exception {
        Path spool = folder.resolve("spool");
        try (ServiceProcess service = start();
                RawClient client = RawClient.connect(service.port())) {
            upload(service, SMALL);
            assertThat(get(client, "/image").body()).isEqualTo(SMALL);
            // Classes are files here: what reports a fault must have been loaded before there are no descriptors.
            Files.delete(spool);
            Files.write(spool, new byte[0]);
            upload(service, LARGE);
            assertFault(service, "the spool takes no copy of the image");
            Files.delete(spool);
            awaitHealed(service, LARGE);

            String pid = String.valueOf(service.process().pid());
            Command.run("prlimit", "--pid", pid, "--nofile=3:");
            try (ServiceProcess another = start()) {
                upload(another, OTHER);
                another.kill();
            }
            RawClient.Response stale = get(client, "/image");
            assertThat(stale.header("Cache-Status")).contains("latest-image; fwd=stale; detail=replica-fault");
            assertThat(stale.body()).isEqualTo(LARGE);
            assertThat(get(client, "/healthz/readiness").text()).contains("no file descriptors are left");
            Command.run("prlimit", "--pid", pid, "--nofile=1024:");
            Await.until(
                    "ready", PATIENCE, () -> get(client, "/healthz/readiness").status() == 200);
            assertThat(get(client, "/image").body()).isEqualTo(OTHER);
            assertThat(service.log())
                    .filteredOn(line -> line.contains("This replica has a fault") && line.contains("descriptors"))
                    .hasSize(1);
        }
    }

    private static RawClient.Response get(RawClient client, String path) throws IOException {
        client.send(RawClient.head("GET", path));
        return client.readResponse();
    }

    private ServiceProcess start() throws IOException {
        return ServiceProcess.start(
                Main.class,
                List.of(),
                Map.of(
                        "IMAGE_DIR", folder.resolve("data").toString(),
                        "SPOOL_DIR", folder.resolve("spool").toString()));
    }

    private static void upload(ServiceProcess service, byte[] image) throws IOException {
        assertThat(RawClient.exchange(service.port(), Form.upload(image)).status())
                .isEqualTo(201);
    }

    private static RawClient.Response readiness(ServiceProcess service) throws IOException {
        return RawClient.get(service.port(), "/healthz/readiness");
    }

    private static void assertFresh(ServiceProcess service, byte[] image) throws IOException {
        RawClient.Response response = RawClient.get(service.port(), "/image");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Cache-Status")).isEmpty();
        assertThat(response.body()).isEqualTo(image);
    }

    private static void assertFault(ServiceProcess service, String reason) throws Exception {
        RawClient.Response image = RawClient.get(service.port(), "/image"); // looks
        assertThat(image.header("Cache-Status")).contains("latest-image; fwd=stale; detail=replica-fault");
        RawClient.Response readiness = readiness(service);
        assertThat(readiness.status()).isEqualTo(503);
        assertThat(readiness.text()).contains(reason);
        assertThat(RawClient.get(service.port(), "/healthz/liveness").status()).isEqualTo(200);
    }

    private static void assertWithoutImage(ServiceProcess service, String reason) throws Exception {
        RawClient.Response response = RawClient.get(service.port(), "/image");
        ServerWithImage.assertProblem(503, response);
        assertThat(response.text()).contains("This replica has a fault of its own");
        RawClient.Response readiness = readiness(service);
        assertThat(readiness.status()).isEqualTo(503);
        assertThat(readiness.text()).contains(reason);
    }

    private static void awaitHealed(ServiceProcess service, byte[] image) throws Exception {
        Await.until("ready", PATIENCE, () -> readiness(service).status() == 200);
        assertFresh(service, image);
    }

    private static void assertLoggedOnce(ServiceProcess service, String reason) {
        assertThat(service.log()).filteredOn(line -> line.contains(reason)).hasSize(1);
        assertThat(service.log())
                .filteredOn(line -> line.contains("fresh again"))
                .hasSize(1);
        assertThat(service.log()).noneMatch(line -> line.contains("storage does not answer"));
    }

    /** By all system calls of the process, from whatever file. */
    private static long bytesRead(ServiceProcess service) throws IOException {
        return Files.readAllLines(
                        Path.of("/proc", String.valueOf(service.process().pid()), "io"))
                .stream()
                .filter(line -> line.startsWith("rchar: "))
                .mapToLong(line -> Long.parseLong(line.substring(7)))
                .sum();
    }
}
