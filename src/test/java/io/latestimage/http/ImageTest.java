package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses with the image, and the health of the service. */
class ImageTest {
    private static final byte[] IMAGE = ServerWithImage.IMAGE;

    @TempDir
    private Path folder;

    @AutoClose
    private ServerWithImage server;

    @BeforeEach
    void start() throws Exception {
        server = ServerWithImage.start(folder);
    }

    @Test
    void returnsTheImageWithAllItsHeaders() throws Exception {
        Response response = RawClient.get(server.port(), "/image");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(IMAGE);
        assertThat(response.headers())
                .containsEntry("Content-Type", "image/png")
                .containsEntry("Content-Length", "1000")
                .containsEntry("ETag", '"' + sha256(IMAGE) + '"')
                .containsEntry("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT")
                .containsEntry("Accept-Ranges", "bytes")
                .containsEntry("Cache-Control", "no-cache")
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Content-Security-Policy", "default-src 'none'; sandbox")
                .containsEntry("Cross-Origin-Resource-Policy", "cross-origin")
                .containsKeys("Date", "Server")
                .doesNotContainKeys("X-Powered-By", "Set-Cookie", "Cache-Status", "Connection");
    }

    @Test
    void answersHeadAsGetWithoutTheBytes() throws Exception {
        Response get = RawClient.get(server.port(), "/image");
        try (RawClient client = RawClient.connect(server.port())) {
            for (String path : new String[] {"/image", "/healthz/liveness", "/healthz/readiness"}) {
                client.send(RawClient.head("HEAD", path));
                Response head = client.readResponse(false);
                assertThat(head.status()).isEqualTo(200);
                if (path.equals("/image")) {
                    get.headers().remove("Date");
                    head.headers().remove("Date");
                    assertThat(head.headers()).isEqualTo(get.headers());
                }
            }
            client.send(RawClient.head("GET", "/image")); // its response would be misread if HEAD had a body
            assertThat(client.readResponse().body()).isEqualTo(IMAGE);
        }
    }

    @Test
    void saysThatThereIsNoImageYet() throws Exception {
        try (TestServer empty = TestServer.start(folder.resolve("empty"))) {
            Response response = RawClient.get(empty.port(), "/image", "If-Match: \"a\"", "Range: bytes=0-1");
            ServerWithImage.assertProblem(404, response);
            assertThat(response.header("Cache-Control")).contains("no-store");
            Response head = RawClient.exchange(
                    empty.port(), RawClient.head("HEAD", "/image").getBytes(ISO_8859_1));
            assertThat(head.status()).isEqualTo(404);
            assertThat(RawClient.get(empty.port(), "/healthz/readiness").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void returnsTheNewImageOnceItHasBeenAcknowledged() throws Exception {
        String before = etag();
        byte[] next = Form.png(1, 2000);
        Response created = RawClient.exchange(server.port(), Form.upload(next));
        assertThat(etag()).isNotEqualTo(before).isEqualTo(created.header("ETag").orElseThrow());
        server.assertServes(next);
    }

    @Test
    void returnsTheImageThatAnotherReplicaReceived() throws Exception {
        byte[] other = Form.png(2, 5000);
        try (TestServer replica = TestServer.start(folder)) {
            assertThat(RawClient.exchange(replica.port(), Form.upload(other)).status())
                    .isEqualTo(201);
        }
        server.assertServes(other);
    }

    /** A file that an operator puts into the volume by mistake is not served. */
    @Test
    void returnsNoFileThatIsNotAnImage() throws Exception {
        Path volume = Files.createDirectories(folder.resolve("other").resolve("data"));
        Files.writeString(volume.resolve("image"), "<html></html>");
        try (TestServer other = TestServer.start(folder.resolve("other"))) {
            assertThat(RawClient.get(other.port(), "/image").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz/liveness", "/healthz/readiness"})
    void isHealthy(String path) throws Exception {
        Response response = RawClient.get(server.port(), path);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(response.header("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isLiveAndNotReadyWhileItDrainsAndStops(boolean stopping) throws Exception {
        server.server().state().drain();
        if (stopping) {
            server.server().state().stop();
        }
        for (String path : new String[] {"/healthz/liveness", "/healthz/readiness", "/image", "/nothing"}) {
            Response response = RawClient.get(server.port(), path);
            assertThat(response.header("Connection")).as(path).contains("close");
            assertThat(response.status())
                    .as(path)
                    .isEqualTo(
                            switch (path) {
                                case "/healthz/readiness" -> 503;
                                case "/nothing" -> 404;
                                default -> 200;
                            });
        }
        server.assertUnchanged();
    }

    @Test
    void keepsTheConnectionOpen() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            for (int i = 0; i < 100; i++) {
                client.send(RawClient.head("GET", "/image"));
                assertThat(client.readResponse().body()).isEqualTo(IMAGE);
            }
        }
    }

    @Test
    void answersHttp10() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            client.send("GET /image HTTP/1.0\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo(IMAGE);
            assertThat(client.isEnded()).isTrue();
        }
    }

    private String etag() throws Exception {
        return RawClient.get(server.port(), "/image").header("ETag").orElseThrow();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
