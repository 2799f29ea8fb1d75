package io.latestimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.Main;
import io.latestimage.control.OwnThreadMain;
import io.latestimage.testing.Await;
import io.latestimage.testing.Command;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.ServiceProcess;
import io.latestimage.testing.StoredImage;
import io.latestimage.testing.TestMount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Storage that hangs, or fails, while the service runs over it: a real mount of a process that is stopped or killed.
 */
@Tag("system")
class StorageOutageTest {
    private static final String STALE = "latest-image; fwd=stale; detail=storage-unavailable";
    /** Long, so that "at once" is far from it on a slow machine too. */
    private static final Duration STORAGE_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final byte[] image = Form.png(1, 300_000);

    @TempDir
    private Path folder;

    @Test
    void goesOnFromItsSnapshotWhileTheStorageHangs() throws Exception {
        try (TestMount mount = TestMount.bindfs(folder.resolve("disk"), folder.resolve("data"));
                ServiceProcess service = start(Main.class)) {
            assertThat(upload(service, image).status()).isEqualTo(201);
            assertFresh(service, image);
            RawClient pending = beginUpload(service, Form.png(2, 300_000));

            mount.stop();
            assertThat(freezes(service))
                    .as("who waits for longer than the deadline")
                    .isEmpty();
            long next = nanosOf(() -> {
                for (int i = 0; i < 20; i++) {
                    assertStale(service);
                }
            });
            assertThat(Duration.ofNanos(next)).as("20 reads together").isLessThan(STORAGE_TIMEOUT);
            assertThat(status(service, "/healthz/liveness")).isEqualTo(200);
            assertThat(status(service, "/healthz/readiness")).isEqualTo(200);
            assertUnavailable(upload(service, Form.png(3, 300_000)));
            assertUnavailable(finishUpload(pending, Form.png(2, 300_000)));
            assertThat(freezes(service)).isEmpty();

            mount.resume();
            Await.until("fresh again", PATIENCE, () -> isFresh(service));
            assertFresh(service, image); // no upload that was refused appears later
            byte[] newer = Form.png(4, 300_000);
            assertThat(upload(service, newer).status()).isEqualTo(201);
            assertFresh(service, newer);
            Await.until("no thread hangs", PATIENCE, () -> !threads(service).contains("volume-upload"));
            Await.until(
                    "nothing is left",
                    PATIENCE,
                    () -> StoredImage.others(folder.resolve("disk")).isEmpty());
            assertFresh(service, newer);
        }
    }

    @Test
    void negativeControlCheckingOnTheThreadOfTheRequestFreezes() throws Exception {
        try (TestMount mount = TestMount.bindfs(folder.resolve("disk"), folder.resolve("data"));
                ServiceProcess service = start(OwnThreadMain.class)) {
            assertThat(upload(service, image).status()).isEqualTo(201);
            mount.stop();
            assertThat(freezes(service)).contains("liveness").hasSizeGreaterThan(200);
        }
    }

    /**
     * At moments that differ: an upload that was refused for certain never appears; all others are as they were
     * answered.
     */
    @Test
    void tellsTheTruthOfUploadsThatTheOutageCatches() throws Exception {
        try (TestMount mount = TestMount.bindfs(folder.resolve("disk"), folder.resolve("data"));
                ServiceProcess service = start(Main.class, "STORAGE_TIMEOUT", "500ms")) {
            byte[] before = image;
            assertThat(upload(service, before).status()).isEqualTo(201);
            List<String> outcomes = new ArrayList<>();
            for (int round = 0; round < 12; round++) {
                byte[] next = Form.png(100 + round, 2_000_000);
                byte[] manifest = StoredImage.manifest(folder.resolve("disk"));
                ConcurrentLinkedQueue<RawClient.Response> answers = new ConcurrentLinkedQueue<>();
                Thread uploader = Thread.ofVirtual().start(() -> {
                    try {
                        answers.add(upload(service, next));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                if (round < 6) {
                    LockSupport.parkNanos(Duration.ofMillis(4L * round).toNanos());
                } else {
                    awaitReplacement(manifest);
                }
                mount.stop();
                uploader.join();
                mount.resume();
                Await.until("fresh again", PATIENCE, () -> isFresh(service));
                Await.until(
                        "nothing is left",
                        PATIENCE,
                        () -> StoredImage.others(folder.resolve("disk")).isEmpty());
                RawClient.Response answer = answers.element();
                boolean replaced =
                        Arrays.equals(RawClient.get(service.port(), "/image").body(), next);
                boolean unknown = answer.text().contains("while the image was being replaced");
                outcomes.add("%d %s%s".formatted(answer.status(), replaced ? "new" : "old", unknown ? " unknown" : ""));
                before = replaced ? next : before;
                assertFresh(service, before);
            }
            System.out.println("Uploads caught by an outage: " + outcomes);
            assertThat(outcomes).isSubsetOf("201 new", "503 old", "503 old unknown", "503 new unknown");
        }
    }

    @Test
    void isNotReadyWhenItStartsDuringAnOutage() throws Exception {
        try (TestMount mount = TestMount.bindfs(folder.resolve("disk"), folder.resolve("data"));
                ServiceProcess earlier = start(Main.class)) {
            assertThat(upload(earlier, image).status()).isEqualTo(201);
            mount.stop();
            try (ServiceProcess service = start(Main.class)) {
                assertUnavailable(RawClient.get(service.port(), "/image"));
                assertThat(status(service, "/healthz/readiness")).isEqualTo(503);
                assertThat(status(service, "/healthz/liveness")).isEqualTo(200);
                assertUnavailable(upload(service, Form.png(2, 1000)));
                mount.resume();
                Await.until("ready", PATIENCE, () -> status(service, "/healthz/readiness") == 200);
                assertFresh(service, image);
            }
        }
    }

    @Test
    void goesOnFromItsSnapshotWhileTheStorageFails() throws Exception {
        try (TestMount failing = TestMount.bindfs(folder.resolve("disk"), folder.resolve("data"));
                ServiceProcess service = start(Main.class)) {
            Await.until("ready", PATIENCE, () -> status(service, "/healthz/readiness") == 200);
            assertThat(upload(service, image).status()).isEqualTo(201);
            assertFresh(service, image);
            failing.kill();
            assertStale(service);
            assertUnavailable(upload(service, Form.png(2, 300_000)));
            assertThat(status(service, "/healthz/readiness")).isEqualTo(200);
            assertThat(status(service, "/healthz/liveness")).isEqualTo(200);
            failing.unmount();
            try (TestMount _ = TestMount.bindfs(folder.resolve("disk"), folder.resolve("data"))) {
                Await.until("fresh again", PATIENCE, () -> isFresh(service));
                assertFresh(service, image);
                byte[] newer = Form.png(3, 300_000);
                assertThat(upload(service, newer).status()).isEqualTo(201);
                assertFresh(service, newer);
                service.kill();
            }
        }
    }

    /** A service over the folder "data", with settings in addition or instead: key, value. */
    private ServiceProcess start(Class<?> mainClass, String... setting) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "IMAGE_DIR", folder.resolve("data").toString(), "STORAGE_TIMEOUT", STORAGE_TIMEOUT.toSeconds() + "s"));
        for (int i = 0; i < setting.length; i += 2) {
            environment.put(setting[i], setting[i + 1]);
        }
        return ServiceProcess.start(mainClass, List.of(), environment);
    }

    private static RawClient.Response upload(ServiceProcess service, byte[] image) throws IOException {
        return RawClient.exchange(service.port(), Form.upload(image));
    }

    /** Sends the first half. */
    private static RawClient beginUpload(ServiceProcess service, byte[] image) throws IOException {
        byte[] body = Form.of(image);
        RawClient client = RawClient.connect(service.port());
        client.send(RawClient.head("POST", "/upload", Form.CONTENT_TYPE, "Content-Length: " + body.length));
        client.send(Arrays.copyOf(body, body.length / 2));
        return client;
    }

    /** Sends the second half. */
    private static RawClient.Response finishUpload(RawClient client, byte[] image) throws IOException {
        try (client) {
            byte[] body = Form.of(image);
            client.send(Arrays.copyOfRange(body, body.length / 2, body.length));
            return client.readResponse();
        }
    }

    /**
     * Sends 300 requests at once, and tells which are without an answer three deadlines later: "image", often, or
     * "liveness". The sockets are closed with the service's process.
     */
    private static List<String> freezes(ServiceProcess service) throws Exception {
        Map<RawClient, String> waiting = new ConcurrentHashMap<>();
        for (int i = 0; i < 300; i++) {
            RawClient client = RawClient.connect(service.port());
            client.send(RawClient.head("GET", "/image"));
            waiting.put(client, "image");
        }
        RawClient liveness = RawClient.connect(service.port());
        liveness.send(RawClient.head("GET", "/healthz/liveness"));
        waiting.put(liveness, "liveness");
        int millis = (int) STORAGE_TIMEOUT.multipliedBy(3).toMillis();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (RawClient client : List.copyOf(waiting.keySet())) {
                readers.execute(() -> {
                    try (client) {
                        client.socket().setSoTimeout(millis);
                        if (client.readResponse().status() == 200) {
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

    private static void assertFresh(ServiceProcess service, byte[] image) throws IOException {
        RawClient.Response response = RawClient.get(service.port(), "/image");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Cache-Status")).isEmpty();
        assertThat(response.body()).isEqualTo(image);
    }

    private void assertStale(ServiceProcess service) throws IOException {
        RawClient.Response response = RawClient.get(service.port(), "/image");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Cache-Status")).contains(STALE);
        assertThat(response.body()).isEqualTo(image);
    }

    private static void assertUnavailable(RawClient.Response response) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).isPresent();
        assertThat(response.header("Content-Type")).contains("application/problem+json");
    }

    private static boolean isFresh(ServiceProcess service) throws IOException {
        RawClient.Response response = RawClient.get(service.port(), "/image");
        return response.status() == 200 && response.header("Cache-Status").isEmpty();
    }

    private static int status(ServiceProcess service, String path) throws IOException {
        return RawClient.get(service.port(), path).status();
    }

    private static String threads(ServiceProcess service) throws IOException, InterruptedException {
        String jcmd =
                Path.of(System.getProperty("java.home", ""), "bin", "jcmd").toString();
        return Command.run(jcmd, String.valueOf(service.process().pid()), "Thread.print");
    }

    /** Returns once an upload is about to replace the image, or has done so. */
    private void awaitReplacement(byte[] before) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (Arrays.equals(StoredImage.manifest(folder.resolve("disk")), before) && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
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
