package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.store.Fixture;
import io.latestimage.testing.FlatJson;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that are accepted. */
class UploadTest {
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
    void describesTheNewImage() throws Exception {
        Response response = RawClient.exchange(server.port(), Form.upload(NEW));
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(NEW));
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.header("Location")).contains("/image");
        assertThat(response.header("ETag")).contains('"' + sha256 + '"');
        assertThat(response.header("Content-Type")).contains("application/json");
        assertThat(response.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(FlatJson.parse(response.text()))
                .isEqualTo(Map.of("type", "image/png", "size", 2000L, "sha256", sha256));
        server.assertServes(NEW);
    }

    @ParameterizedTest
    @EnumSource
    void detectsTheTypeFromTheBytesAndNotFromTheNameOrTheHeader(Fixture fixture) throws Exception {
        byte[] image = fixture.bytes();
        assertTakes(
                image,
                Form.request(new Form()
                        .file("image", "notes.txt", "text/html", image)
                        .end()));
        assertThat(RawClient.get(server.port(), "/image").header("Content-Type"))
                .contains(fixture.format().mediaType());
    }

    @Test
    void leavesOneFileWhenImagesFollowEachOther() throws Exception {
        for (int seed = 1; seed <= 20; seed++) {
            byte[] image = Form.png(seed, 16 + 7000 * seed);
            assertTakes(image, Form.upload(image));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 5000})
    void acceptsChunks(int size) throws Exception {
        byte[] body = Form.of(NEW);
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(RawClient.head("POST", "/upload", Form.CONTENT_TYPE, "Transfer-Encoding: chunked")
                .getBytes(UTF_8));
        for (int at = 0; at < body.length; at += size) {
            int length = Math.min(size, body.length - at);
            request.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(UTF_8));
            request.write(body, at, length);
            request.writeBytes("\r\n".getBytes(UTF_8));
        }
        request.writeBytes("0\r\n\r\n".getBytes(UTF_8));
        assertTakes(NEW, request.toByteArray());
    }

    @Test
    void acceptsOtherFieldsBeforeAndAfter() throws Exception {
        byte[] body = new Form()
                .field("title", "Sunrise")
                .file("thumbnail", "small.png", "image/png", Form.png(2, 50))
                .file("image", "photo.png", "image/png", NEW)
                .field("image-title", "Sunrise")
                .file("Image", "other.html", "text/html", "<html>".getBytes(UTF_8))
                .end();
        assertTakes(NEW, Form.request(body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../etc/passwd",
                "..\\..\\image",
                "/etc/passwd",
                "C:\\fakepath\\photo.png",
                "image\0.png",
                "image",
                ".lock",
                "%2e%2e%2fimage",
                "a; filename=b",
                "фото 写真 📷.png",
            })
    void ignoresTheFileName(String name) throws Exception {
        assertTakes(
                NEW,
                Form.request(new Form().file("image", name, "image/png", NEW).end()));
    }

    @Test
    void acceptsALongFileName() throws Exception {
        String name = "写".repeat(100) + ".png"; // three bytes each
        assertTakes(
                NEW,
                Form.request(new Form().file("image", name, "image/png", NEW).end()));
    }

    @Test
    void acceptsAFileNameInTheExtendedNotation() throws Exception {
        String headers = "content-disposition: FORM-DATA; filename*=UTF-8''%e2%82%ac.png; name=image; filename=\"x\"";
        assertTakes(NEW, Form.request(new Form().part(headers, NEW).end()));
    }

    /** RFC 2046, section 5.1.1, allows text before and after the form. */
    @Test
    void acceptsTextAroundTheForm() throws Exception {
        String body = new String(Form.of(NEW), java.nio.charset.StandardCharsets.ISO_8859_1);
        byte[] surrounded = ("This is a form.\r\n" + body + "The form has ended.\r\n--" + Form.BOUNDARY + "\r\n")
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTakes(NEW, Form.request(surrounded));
    }

    @Test
    void keepsBytesThatLookLikeABoundary() throws Exception {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        image.writeBytes(NEW);
        for (int length = 1; length < Form.BOUNDARY.length(); length++) {
            image.writeBytes(("\r\n--" + Form.BOUNDARY.substring(0, length)).getBytes(UTF_8));
            image.writeBytes(("--" + Form.BOUNDARY + "\r\n-\r\n\r\r\n").getBytes(UTF_8));
        }
        assertTakes(image.toByteArray(), Form.upload(image.toByteArray()));
    }

    @Test
    void acceptsTheLargestAllowed() throws Exception {
        byte[] image = Form.png(3, 1024 * 1024);
        assertTakes(image, Form.upload(image));
        server.assertServes(image);
    }

    @Test
    void acceptsSeveralOnOneConnection() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            for (int seed = 1; seed <= 50; seed++) {
                byte[] image = Form.png(seed, 3000);
                client.send(Form.upload(image));
                assertThat(client.readResponse().status()).isEqualTo(201);
                client.send(RawClient.head("GET", "/image"));
                assertThat(client.readResponse().body()).isEqualTo(image);
            }
        }
    }

    @Test
    void acceptsOneUploadAfterTheOtherIfOneAtATimeIsAllowed() throws Exception {
        try (TestServer one = TestServer.start(folder.resolve("one"), "MAX_CONCURRENT_UPLOADS", "1");
                RawClient client = RawClient.connect(one.port())) {
            for (int seed = 1; seed <= 300; seed++) {
                client.send(Form.upload(Form.png(seed, 100)));
                assertThat(client.readResponse().status()).as("upload %d", seed).isEqualTo(201);
            }
        }
    }

    private void assertTakes(byte[] image, byte[] request) throws Exception {
        Response response = RawClient.exchange(server.port(), request);
        assertThat(response.status()).as(response.text()).isEqualTo(201);
        server.assertServes(image);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("data", "spool");
        }
        assertThat(folder.resolve("spool")).isEmptyDirectory();
    }
}
