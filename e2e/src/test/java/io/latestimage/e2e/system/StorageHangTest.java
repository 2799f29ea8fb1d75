package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static io.latestimage.e2e.system.Promises.assertStale;
import static io.latestimage.e2e.system.Promises.assertUnavailable;
import static io.latestimage.e2e.system.Promises.isFresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.UploadForm;
import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage that hangs while the service runs over it: nobody waits for longer than the deadline of one operation. */
@Tag("system")
class StorageHangTest {
    private final Images images = new Images(1);
    private final byte[] image = images.next(300_000).bytes();

    @Test
    void goesOnFromItsSnapshotWhileTheStorageHangs(@TempDir Path folder) throws Exception {
        BrokenStorage storage = new BrokenStorage(folder);
        try (TestMount mount = storage.mount();
                ServiceProcess service = storage.start(Program.SERVICE)) {
            assertThat(service.upload(image).status()).isEqualTo(201);
            assertFresh(service, image);
            byte[] late = images.next(300_000).bytes();
            RawConnection pending = beginUpload(service, late);

            mount.stop();
            assertThat(freezes(service))
                    .as("who waits for longer than the deadline")
                    .isEmpty();
            long next = nanosOf(() -> {
                for (int i = 0; i < 20; i++) {
                    assertStale(service.get("/image"), image, BrokenStorage.UNAVAILABLE);
                }
            });
            assertThat(Duration.ofNanos(next)).as("20 reads together").isLessThan(BrokenStorage.STORAGE_TIMEOUT);
            assertThat(service.status("/healthz/liveness")).isEqualTo(200);
            assertThat(service.status("/healthz/readiness")).isEqualTo(200);
            assertUnavailable(service.upload(images.next(300_000).bytes()));
            assertUnavailable(finishUpload(pending, late));
            assertThat(freezes(service)).isEmpty();

            mount.resume();
            Await.until("fresh again", BrokenStorage.PATIENCE, () -> isFresh(service));
            assertFresh(service, image); // no upload that was refused appears later
            byte[] newer = images.next(300_000).bytes();
            assertThat(service.upload(newer).status()).isEqualTo(201);
            assertFresh(service, newer);
            Await.until(
                    "no thread hangs",
                    BrokenStorage.PATIENCE,
                    () -> !threads(service).contains("volume-upload"));
            Await.until(
                    "nothing is left",
                    BrokenStorage.PATIENCE,
                    () -> storage.disk().others().isEmpty());
            assertFresh(service, newer);
        }
    }

    @Test
    void negativeControlCheckingOnTheThreadOfTheRequestFreezes(@TempDir Path folder) throws Exception {
        BrokenStorage storage = new BrokenStorage(folder);
        try (TestMount mount = storage.mount();
                ServiceProcess service = storage.start(Program.OWN_THREAD)) {
            assertThat(service.upload(image).status()).isEqualTo(201);
            mount.stop();
            assertThat(freezes(service)).contains("liveness").hasSizeGreaterThan(200);
        }
    }

    /** Sends the first half. */
    private static RawConnection beginUpload(ServiceProcess service, byte[] image) throws IOException {
        byte[] body = UploadForm.of(image);
        RawConnection client = service.connect();
        client.sendHead(
                "POST", "/upload", "Content-Type: " + UploadForm.CONTENT_TYPE, "Content-Length: " + body.length);
        client.send(Arrays.copyOf(body, body.length / 2));
        return client;
    }

    /** Sends the second half. */
    private static Reply finishUpload(RawConnection client, byte[] image) throws IOException {
        try (client) {
            byte[] body = UploadForm.of(image);
            client.send(Arrays.copyOfRange(body, body.length / 2, body.length));
            return client.readReply();
        }
    }

    /**
     * Sends 300 requests at once, and returns which are without an answer three deadlines later: "image", often, or
     * "liveness". The sockets are closed with the service's process.
     */
    private static List<String> freezes(ServiceProcess service) throws Exception {
        Map<RawConnection, String> waiting = new ConcurrentHashMap<>();
        for (int i = 0; i < 300; i++) {
            RawConnection client = service.connect();
            client.sendHead("GET", "/image");
            waiting.put(client, "image");
        }
        RawConnection liveness = service.connect();
        liveness.sendHead("GET", "/healthz/liveness");
        waiting.put(liveness, "liveness");
        int millis = (int) BrokenStorage.STORAGE_TIMEOUT.multipliedBy(3).toMillis();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (RawConnection client : List.copyOf(waiting.keySet())) {
                readers.execute(() -> {
                    try (client) {
                        client.socket().setSoTimeout(millis);
                        if (client.readReply().status() == 200) {
                            waiting.remove(client);
                        }
                    } catch (IOException e) {
                        // No answer: it stays among those that wait.
                    }
                });
            }
        }
        return List.copyOf(waiting.values());
    }

    private static String threads(ServiceProcess service) throws IOException, InterruptedException {
        String jcmd =
                Path.of(System.getProperty("java.home", ""), "bin", "jcmd").toString();
        return Command.of(jcmd, String.valueOf(service.process().pid()), "Thread.print")
                .run();
    }

    /** Something that takes time. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static long nanosOf(Work work) throws IOException {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }
}
