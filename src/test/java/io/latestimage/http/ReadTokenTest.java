package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.ServerConfig;
import io.latestimage.server.ImageServer;
import io.latestimage.store.Freshness;
import io.latestimage.store.SharedRevalidation;
import io.latestimage.store.StoreException;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read if READ_TOKEN_FILE is set, and that all others cost the storage nothing. */
class ReadTokenTest {
    private static final byte[] IMAGE = Form.png(1, 1000);
    private static final String READER = "Authorization: Bearer reader";
    private static final String CHALLENGE = "Basic realm=\"latest-image\", charset=\"UTF-8\"";

    private final AtomicInteger looks = new AtomicInteger();

    @TempDir
    private Path folder;

    private Path readTokens;
    private Path uploadTokens;
    private WebApp app;
    private ImageServer server;

    @BeforeEach
    void start() throws Exception {
        // As Kubernetes mounts a Secret: a link into the folder to which another link leads.
        Path mount = Files.createDirectory(folder.resolve("mount"));
        Files.writeString(Files.createDirectory(mount.resolve("..1")).resolve("tokens"), "reader\nother-reader\n");
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        readTokens = Files.createSymbolicLink(mount.resolve("tokens"), Path.of("..data", "tokens"));
        uploadTokens = Files.writeString(folder.resolve("upload-tokens"), "writer\n");
        ServerConfig config = ServerConfig.parse(Map.of(
                "APP_PORT", "0",
                "IMAGE_DIR", folder.resolve("data").toString(),
                "SPOOL_DIR", folder.resolve("spool").toString(),
                "DRAIN_TIME", "0s",
                "READ_TOKEN_FILE", readTokens.toString(),
                "UPLOAD_TOKEN_FILE", uploadTokens.toString()));
        ReplicaState state = new ReplicaState();
        app = new WebApp(
                config,
                state,
                revalidation -> new SharedRevalidation(new CountedLooks(revalidation), config.storageTimeout()));
        server = new ImageServer(config, state, app);
        server.start();
        assertThat(RawClient.exchange(server.port(), Form.upload(IMAGE, "Authorization: Bearer writer"))
                        .status())
                .isEqualTo(201);
        assertThat(get("/image", READER).body()).isEqualTo(IMAGE); // the last look that the upload causes is over
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private final class CountedLooks implements Freshness.Revalidation {
        private final Freshness.Revalidation revalidation;

        CountedLooks(Freshness.Revalidation revalidation) {
            this.revalidation = revalidation;
        }

        @Override
        public void run() throws IOException, StoreException {
            looks.incrementAndGet();
            revalidation.run();
        }

        @Override
        public Duration elapsed() {
            return revalidation.elapsed();
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, /image", "HEAD, /image", "GET, /", "GET, /nothing", "GET, /upload"})
    void asksEveryReaderForATokenBeforeItLooksAtTheStorage(String method, String path) throws Exception {
        int before = looks.get();
        Response response =
                RawClient.exchange(server.port(), RawClient.head(method, path).getBytes(ISO_8859_1));
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers())
                .containsEntry("WWW-Authenticate", CHALLENGE)
                .doesNotContainKeys("ETag", "Last-Modified");
        if (!method.equals("HEAD")) {
            ServerWithImage.assertProblem(401, response);
        }
        assertThat(looks).hasValue(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "If-None-Match: *",
                "If-Match: \"other\"",
                "Range: bytes=0-3",
                "Origin: http://localhost",
                "Authorization: Bearer",
                "Authorization: Bearer reader2",
                "Authorization: Bearer reade",
                "Authorization: Bearer Reader",
                "Authorization: Bearer reader\r\nAuthorization: Bearer reader",
                "Authorization: Basic reader",
                "Authorization: Digest username=\"reader\"",
                "Proxy-Authorization: Bearer reader",
                "Cookie: token=reader",
            })
    void admitsNobodyElse(String header) throws Exception {
        int before = looks.get();
        Response response = get("/image?token=reader", header);
        ServerWithImage.assertProblem(401, response);
        assertThat(response.header("WWW-Authenticate")).contains(CHALLENGE);
        assertThat(looks).hasValue(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer reader", "Bearer other-reader", "Bearer writer", "Basic user:reader", "Basic :writer"})
    void admitsReadersAndWriters(String credentials) throws Exception {
        String header = credentials.startsWith("Basic ")
                ? basic(credentials.substring("Basic ".length()))
                : "Authorization: " + credentials;
        int before = looks.get();
        Response response = get("/image", header);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(IMAGE);
        assertThat(looks.get()).as("control: what is counted").isGreaterThan(before);
        assertThat(get("/image", header, "If-None-Match: *").status()).isEqualTo(304);
        assertThat(get("/nothing", header).status()).isEqualTo(404);
    }

    @Test
    void doesNotLetReadersWrite() throws Exception {
        byte[] other = Form.png(2, 1000);
        for (String header : new String[] {READER, basic("writer:reader"), "X-Nothing: else"}) {
            Response response = RawClient.exchange(server.port(), Form.upload(other, header));
            ServerWithImage.assertProblem(401, response);
            assertThat(response.header("WWW-Authenticate")).contains("Bearer realm=\"latest-image\"");
        }
        assertThat(get("/image", READER).body()).isEqualTo(IMAGE);
    }

    /** Neither kubelet nor a monitor has a token. */
    @ParameterizedTest
    @ValueSource(strings = {"/healthz/liveness", "/healthz/readiness", "/healthz/fresh"})
    void leavesTheHealthChecksOpen(String path) throws Exception {
        assertThat(get(path).status()).isEqualTo(200);
        assertThat(get(path, "Authorization: Bearer wrong").status()).isEqualTo(200);
    }

    /** No spelling of a path makes the image a health check. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/healthz/../image",
                "/healthz/..;/image",
                "/healthz/%2e%2e/image",
                "/healthz%2f../image",
                "/healthz/;/../image",
                "//healthz/../image",
                "/image;/healthz/fresh",
                "/image/healthz",
            })
    void protectsTheImageHoweverItIsSpelt(String path) throws Exception {
        int before = looks.get();
        Response response = get(path);
        ServerWithImage.assertProblem(response.status(), response);
        assertThat(response.status()).isIn(400, 401, 404);
        assertThat(looks).hasValue(before);
    }

    /** On one connection, as fast as it can, with the largest header that fits. */
    @Test
    void answersThousandsOfWrongTokensWithoutALook() throws Exception {
        int before = looks.get();
        try (RawClient client = RawClient.connect(server.port())) {
            for (int i = 0; i < 3_000; i++) {
                String bearer = "Authorization: Bearer " + "x".repeat(7_000);
                client.send(RawClient.head("GET", "/image", i % 2 == 0 ? bearer : basic("x".repeat(5_000) + ":" + i)));
                assertThat(client.readResponse().status()).isEqualTo(401);
            }
            assertThat(looks).hasValue(before);
            client.send(RawClient.head("GET", "/image", READER));
            assertThat(client.readResponse().status())
                    .as("the right one, on the same connection")
                    .isEqualTo(200);
        }
    }

    /** As kubelet updates a mounted Secret: in one step, so there is no moment without a token. */
    @Test
    void acceptsNewTokensWhenKubernetesReplacesTheSecret() throws Exception {
        Path mount = folder.resolve("mount");
        Files.writeString(Files.createDirectory(mount.resolve("..2")).resolve("tokens"), "new-reader\n");
        Path next = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2"));
        Files.move(next, mount.resolve("..data"), ATOMIC_MOVE);
        awaitStatus(200, "Authorization: Bearer new-reader");
        assertThat(get("/image", READER).status()).isEqualTo(401);
        assertThat(get("/image", "Authorization: Bearer writer").status()).isEqualTo(200);
    }

    @Test
    void acceptsNewTokensWhenTheFileIsRewritten() throws Exception {
        Files.writeString(readTokens, "new-reader\n");
        awaitStatus(200, "Authorization: Bearer new-reader");
        assertThat(get("/image", READER).status()).isEqualTo(401);
    }

    /** The token of the first client is removed while both wait for another image. */
    @Test
    void checksTheTokenAgainWhenAClientHasWaited() throws Exception {
        String tag = "If-None-Match: " + get("/image", READER).header("ETag").orElseThrow();
        byte[] next = Form.png(2, 1000);
        try (RawClient first = RawClient.connect(server.port());
                RawClient second = RawClient.connect(server.port())) {
            first.send(RawClient.head("GET", "/image", READER, tag, "Prefer: wait=50"));
            second.send(RawClient.head("GET", "/image", "Authorization: Bearer writer", tag, "Prefer: wait=50"));
            Await.until("both wait", () -> app.waiting() == 2);
            Files.writeString(readTokens, "new-reader\n");
            awaitStatus(200, "Authorization: Bearer new-reader");
            byte[] upload = Form.upload(next, "Authorization: Bearer writer");
            assertThat(RawClient.exchange(server.port(), upload).status()).isEqualTo(201);
            Response rejected = first.readResponse();
            ServerWithImage.assertProblem(401, rejected);
            assertThat(rejected.headers()).doesNotContainKeys("ETag", "Preference-Applied");
            assertThat(second.readResponse().body()).isEqualTo(next);
        }
    }

    @Test
    void admitsNobodyWhileItCannotReadTheFile() throws Exception {
        Files.delete(readTokens);
        awaitStatus(503, READER);
        int before = looks.get();
        for (String header : new String[] {READER, "Authorization: Bearer writer", "X-Nothing: else"}) {
            Response response = get("/image", header);
            ServerWithImage.assertProblem(503, response);
            assertThat(response.text()).contains("admits nobody");
            assertThat(response.header("Retry-After")).contains("5");
        }
        assertThat(looks).hasValue(before);
        assertThat(get("/healthz/readiness").status()).isEqualTo(200);

        Files.writeString(readTokens, "reader\n");
        awaitStatus(200, READER);
    }

    /** A browser without a password is still asked for one, because that of a reader is enough. */
    @Test
    void admitsReadersWhileItCannotReadTheTokensOfWriters() throws Exception {
        Files.delete(uploadTokens);
        awaitStatus(503, "Authorization: Bearer writer");
        assertThat(get("/image", READER).status()).isEqualTo(200);
        assertThat(get("/image").header("WWW-Authenticate")).contains(CHALLENGE);
    }

    private void awaitStatus(int status, String header) throws Exception {
        Await.until(
                "%d for %s".formatted(status, header),
                () -> get("/image", header).status() == status);
    }

    private Response get(String path, String... headers) throws IOException {
        return RawClient.get(server.port(), path, headers);
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }
}
