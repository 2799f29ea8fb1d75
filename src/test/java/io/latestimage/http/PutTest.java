package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.store.Fixture;
import io.latestimage.testing.FlatJson;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.StoredImage;
import io.latestimage.testing.TestServer;
import io.latestimage.testing.UploadWay;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PUT /image}. The tests of uploads that take an {@link UploadWay} test what it has in common with the form. */
class PutTest {
    private static final byte[] NEW = Form.png(1, 2000);

    @TempDir
    private Path folder;

    @AutoClose
    private ServerWithImage server;

    @BeforeEach
    void start() throws Exception {
        server = ServerWithImage.start(folder);
    }

    @Test
    void replacesTheImage() throws Exception {
        Response response = put(NEW);
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.headers())
                .containsEntry("ETag", '"' + sha256(NEW) + '"')
                .containsKey("Server")
                .doesNotContainKeys("Content-Length", "Content-Type", "Location", "Connection");
        server.assertServes(NEW);
    }

    /** RFC 9110, section 9.3.4: the response says that there was no image before. */
    @Test
    void createsTheFirstImage() throws Exception {
        try (TestServer empty = TestServer.start(folder.resolve("empty"))) {
            Response first = RawClient.exchange(empty.port(), UploadWay.RAW.upload(NEW));
            assertThat(first.status()).isEqualTo(201);
            assertThat(first.headers())
                    .containsEntry("ETag", '"' + sha256(NEW) + '"')
                    .containsEntry("Location", "/image")
                    .containsEntry("Content-Type", "application/json");
            assertThat(FlatJson.parse(first.text()))
                    .isEqualTo(Map.of("type", "image/png", "size", 2000L, "sha256", sha256(NEW)));
            assertThat(RawClient.exchange(empty.port(), UploadWay.RAW.upload(NEW))
                            .status())
                    .as("the same image again")
                    .isEqualTo(204);
            assertThat(RawClient.get(empty.port(), "/image").body()).isEqualTo(NEW);
        }
    }

    @ParameterizedTest
    @EnumSource
    void detectsTheTypeFromTheBytes(Fixture fixture) throws Exception {
        byte[] image = fixture.bytes();
        assertThat(put(image).status()).isEqualTo(204);
        assertThat(RawClient.get(server.port(), "/image").header("Content-Type"))
                .contains(fixture.format().mediaType());
        server.assertServes(image);
    }

    /** curl --data-binary sends the second of these types, fetch() that of the file, and curl -T none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-No-Content-Type: at all",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: application/octet-stream",
                "Content-Type: image/jpeg",
                "Content-Type: text/html",
                "Content-Type: multipart/mixed; boundary=b",
                "Content-Type: ",
                "Content-Type: nonsense",
                "Content-Encoding: identity",
                "Content-Encoding: ",
                "Content-Disposition: attachment; filename=\"../../etc/passwd\"",
                "Content-Language: de",
            })
    void ignoresWhatTheHeadersSayAboutTheImage(String header) throws Exception {
        assertThat(put(NEW, header).status()).isEqualTo(204);
        assertThat(RawClient.get(server.port(), "/image").header("Content-Type"))
                .contains("image/png");
        server.assertServes(NEW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "415 | Content-Type: multipart/form-data; boundary=b | POST",
                "415 | Content-Type: Multipart/Form-Data | /upload",
                "415 | Content-Encoding: gzip | Content-Encoding",
                "415 | Content-Encoding: identity, br | Content-Encoding",
                "400 | Content-Range: bytes 0-1999/4000 | Content-Range",
                "400 | Content-Range: bytes 0-1999/2000 | Content-Range",
                "400 | Content-Range: nonsense | Content-Range",
            })
    void rejectsABodyThatIsNotTheWholeImage(int status, String header, String detail) throws Exception {
        Response response = server.assertRejects(status, UploadWay.RAW.upload(NEW, header));
        assertThat(response.text()).contains(detail);
        // RFC 9110, section 15.5.16: this header tells the client that the coding is the problem, not the type.
        assertThat(response.header("Accept-Encoding").isPresent()).isEqualTo(header.startsWith("Content-Encoding"));
    }

    /** A client may have sent the coding in several lines: RFC 9110, section 5.3. */
    @Test
    void rejectsACodingInAnyLine() throws Exception {
        server.assertRejects(415, UploadWay.RAW.upload(NEW, "Content-Encoding: identity", "Content-Encoding: deflate"));
    }

    /** Without its Content-Type, a form is a file like any other. */
    @Test
    void doesNotSearchABodyForAnImage() throws Exception {
        Response response = server.assertRejects(415, UploadWay.RAW.request(Form.of(NEW)));
        assertThat(response.text()).contains("known type");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 5000})
    void acceptsChunks(int size) throws Exception {
        assertThat(RawClient.exchange(server.port(), UploadWay.RAW.chunked(NEW, size))
                        .status())
                .isEqualTo(204);
        server.assertServes(NEW);
    }

    @Test
    void acceptsTheLargestAllowed() throws Exception {
        byte[] image = Form.png(3, 1024 * 1024);
        assertThat(put(image).status()).isEqualTo(204);
        server.assertServes(image);
        byte[] next = Form.png(4, 1024 * 1024);
        assertThat(RawClient.exchange(server.port(), UploadWay.RAW.chunked(next, 50_000))
                        .status())
                .isEqualTo(204);
        server.assertServes(next);
    }

    /** A microcontroller may know nothing newer. */
    @Test
    void acceptsHttp10() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            client.send("PUT /image HTTP/1.0\r\nContent-Length: " + NEW.length + "\r\n\r\n");
            client.send(NEW);
            assertThat(client.readResponse().status()).isEqualTo(204);
            assertThat(client.isEnded()).isTrue();
        }
        server.assertServes(NEW);
    }

    @Test
    void acceptsSeveralOnOneConnection() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            for (int seed = 1; seed <= 50; seed++) {
                byte[] image = Form.png(seed, 3000);
                client.send(seed % 2 == 0 ? UploadWay.RAW.upload(image) : UploadWay.RAW.chunked(image, 1000));
                assertThat(client.readResponse().status()).isEqualTo(204);
                client.send(RawClient.head("GET", "/image"));
                assertThat(client.readResponse().body()).isEqualTo(image);
            }
        }
    }

    /** The address says nothing about the type. */
    @Test
    void replacesTheImageAtAnyOfItsAddresses() throws Exception {
        byte[] gif = Fixture.GIF.bytes();
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(RawClient.head("PUT", "/image.jpg", "Content-Length: " + gif.length));
            client.send(gif);
            assertThat(client.readResponse().status()).isEqualTo(204);
        }
        server.assertServes(gif);
        assertThat(StoredImage.file(folder.resolve("data")))
                .hasValueSatisfying(name -> assertThat(name).endsWith(".gif"));
    }

    private Response put(byte[] image, String... headers) throws Exception {
        return RawClient.exchange(server.port(), UploadWay.RAW.upload(image, headers));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
