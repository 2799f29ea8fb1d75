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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The storage hangs while the service runs. No client waits for longer than the deadlines of a few operations. */
@Tag("system")
class StorageHangTest {
    private final Images images = new Images(1);
    private final byte[] image = images.next(300_000).bytes();

    @Test
    void servesItsSnapshotWhileTheStorageHangs(@TempDir Path folder) throws Exception {
        BrokenStorage storage = new BrokenStorage(folder);
        try (TestMount mount = storage.mount();
                ServiceProcess service = storage.start(Program.SERVICE)) {
            assertThat(service.upload(image).status()).isEqualTo(201);
            assertFresh(service, image);
            byte[] late = images.next(300_000).bytes();
            RawConnection pending = beginUpload(service, late);

            mount.stop();
            assertThat(freezes(service)).as("requests that freeze").isEmpty();
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
            Await.until("downloads are fresh again", BrokenStorage.PATIENCE, () -> isFresh(service));
            assertFresh(service, image); // no upload that was refused appears later
            byte[] newer = images.next(300_000).bytes();
            assertThat(service.upload(newer).status()).isEqualTo(201);
            assertFresh(service, newer);
            Await.until(
                    "no upload thread hangs",
                    BrokenStorage.PATIENCE,
                    () -> !threads(service).contains("volume-upload"));
            Await.until(
                    "no file of a refused upload is left",
                    BrokenStorage.PATIENCE,
                    () -> storage.disk().others().isEmpty());
            assertFresh(service, newer);
        }
    }

    @Test
    void negativeControlRevalidatingOnTheRequestThreadFreezes(@TempDir Path folder) throws Exception {
        BrokenStorage storage = new BrokenStorage(folder);
        try (TestMount mount = storage.mount();
                ServiceProcess service = storage.start(Program.OWN_THREAD)) {
            assertThat(service.upload(image).status()).isEqualTo(201);
            mount.stop();
            assertThat(freezes(service)).contains("liveness").hasSizeGreaterThan(200);
        }
    }

    /** Sends the head and the first half of the body. */
    private static RawConnection beginUpload(ServiceProcess service, byte[] image) throws IOException {
        byte[] body = UploadForm.of(image);
        RawConnection client = service.connect();
        client.sendHead(
                "POST", "/upload", "Content-Type: " + UploadForm.CONTENT_TYPE, "Content-Length: " + body.length);
        client.send(Arrays.copyOf(body, body.length / 2));
        return client;
    }

    /** Sends the second half of the body, and reads the answer. */
    private static Reply finishUpload(RawConnection client, byte[] image) throws IOException {
        try (client) {
            byte[] body = UploadForm.of(image);
            client.send(Arrays.copyOfRange(body, body.length / 2, body.length));
            return client.readReply();
        }
    }

    /**
     * Sends 300 requests for the image at once. While one of them waits, and once more after that, this also requests
     * the liveness. One such request would show nothing, because the service begins requests in any order.
     *
     * @return the requests without an answer within three deadlines: "image" for each download, and "liveness"
     */
    private static List<String> freezes(ServiceProcess service) throws Exception {
        List<RawConnection> readers = new ArrayList<>();
        List<Future<Boolean>> answers = new ArrayList<>();
        boolean alive = true;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 300; i++) {
                RawConnection reader = send(service, "/image");
                readers.add(reader);
                answers.add(threads.submit(() -> isAnswered(reader)));
            }
            boolean last = false;
            while (alive && !last) {
                last = answers.stream().allMatch(Future::isDone);
                try (RawConnection probe = send(service, "/healthz/liveness")) {
                    alive = isAnswered(probe);
                }
                Await.pass(Duration.ofMillis(20));
            }
        } finally {
            for (RawConnection reader : readers) {
                reader.close();
            }
        }
        List<String> waiting = new ArrayList<>();
        for (Future<Boolean> answer : answers) {
            if (!answer.get()) {
                waiting.add("image");
            }
        }
        if (!alive) {
            waiting.add("liveness");
        }
        return waiting;
    }

    private static RawConnection send(ServiceProcess service, String path) throws IOException {
        RawConnection client = service.connect();
        client.socket().setSoTimeout((int)
                BrokenStorage.STORAGE_TIMEOUT.multipliedBy(3).toMillis());
        client.sendHead("GET", path);
        return client;
    }

    private static boolean isAnswered(RawConnection client) {
        try {
            return client.readReply().status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static String threads(ServiceProcess service) throws IOException, InterruptedException {
        String jcmd =
                Path.of(System.getProperty("java.home", ""), "bin", "jcmd").toString();
        return Command.of(jcmd, String.valueOf(service.process().pid()), "Thread.print")
                .run();
    }

    /** Work whose time is measured. */
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
