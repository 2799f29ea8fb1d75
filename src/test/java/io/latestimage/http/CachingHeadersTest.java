package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.http.HeaderRule.Exchange;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every response obeys every {@link HeaderRule}: of each method and status, of each resource, and of Jetty itself. TAG
 * and DATE stand for those of the image. {@link MethodConditionTest} has the statuses of all conditions and ranges.
 */
class CachingHeadersTest {
    private static final String ORIGIN = "https://a.example";
    private static final byte[] OTHER = Form.png(1, 500);

    @TempDir
    private static Path folder;

    @AutoClose
    private static ServerWithImage server;

    private static String tag = "";
    private static String date = "";

    @BeforeAll
    static void start() throws Exception {
        server = ServerWithImage.start(folder.resolve("reads"), "CORS_ORIGINS", ORIGIN, "MAX_AGE", "1h");
        StrictResponse image = send(server.port(), "GET", "/image", List.of(), new byte[0]);
        tag = image.value("ETag").orElseThrow();
        date = image.value("Last-Modified").orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | GET     | /image             | ``",
                "200 | HEAD    | /image             | ``",
                "200 | GET     | /image.png         | ``",
                "200 | HEAD    | /image.jpg         | ``",
                "200 | GET     | /image             | Origin: https://a.example",
                "200 | HEAD    | /image             | Origin: https://a.example",
                "200 | GET     | /image             | Origin: https://b.example",
                "200 | GET     | /image             | Prefer: wait=1",
                "200 | GET     | /image             | Prefer: wait=1; If-None-Match: \"other\"",
                "304 | GET     | /image             | Prefer: wait=1; If-None-Match: TAG",
                "304 | HEAD    | /image             | Prefer: wait=1; If-None-Match: TAG",
                "304 | GET     | /image             | If-None-Match: TAG",
                "304 | HEAD    | /image             | If-None-Match: TAG",
                "304 | GET     | /image             | If-None-Match: TAG; Origin: https://a.example",
                "304 | GET     | /image             | If-Modified-Since: DATE",
                "304 | HEAD    | /image             | If-Modified-Since: DATE",
                "412 | GET     | /image             | If-Match: \"other\"",
                "412 | HEAD    | /image             | If-Match: W/TAG",
                "206 | GET     | /image             | Range: bytes=1-2",
                "206 | GET     | /image.png         | Range: bytes=0-0",
                "206 | GET     | /image             | Range: bytes=1-2; Origin: https://a.example",
                "206 | GET     | /image             | Range: bytes=1-2; If-Range: TAG",
                "200 | GET     | /image             | Range: bytes=1-2; If-Range: \"other\"",
                "200 | GET     | /image             | Range: bytes=1-2; If-Range: DATE",
                "200 | HEAD    | /image             | Range: bytes=1-2",
                "200 | GET     | /image             | Range: bytes=0-1,3-4",
                "416 | GET     | /image             | Range: bytes=1000-",
                "200 | GET     | /                  | ``",
                "200 | HEAD    | /                  | ``",
                "304 | GET     | /                  | If-None-Match: *",
                "200 | GET     | /                  | Accept-Encoding: gzip",
                "200 | GET     | /                  | Range: bytes=1-2",
                "200 | GET     | /page.css          | ``",
                "200 | GET     | /page.js           | ``",
                "200 | GET     | /healthz/liveness  | ``",
                "200 | HEAD    | /healthz/readiness | ``",
                "200 | GET     | /healthz/readiness | If-None-Match: *; Range: bytes=1-2",
                "503 | GET     | /healthz/fresh     | ``",
                "404 | GET     | /nothing           | ``",
                "404 | HEAD    | /nothing           | ``",
                "404 | GET     | /nothing           | Origin: https://a.example",
                "405 | GET     | /upload            | ``",
                "405 | PATCH   | /image             | ``",
                "405 | TRACE   | /image             | ``",
                "405 | POST    | /image             | ``",
                "403 | PUT     | /image             | Origin: https://b.example",
                "204 | OPTIONS | /image             | ``",
                "204 | OPTIONS | /image             | Origin: https://a.example; Access-Control-Request-Method: PUT",
                "204 | OPTIONS | *                  | ``",
            })
    void ofReadsAndRejectionsObeyAllRules(int status, String method, String path, String headers) throws Exception {
        assertObeys(server.port(), status, method, path, headers, new byte[0]);
        server.assertUnchanged();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "204 | PUT    | /image     | ``",
                "204 | PUT    | /image     | Range: bytes=1-2",
                "204 | PUT    | /image     | Origin: https://a.example",
                "400 | PUT    | /image     | If-Match: malformed",
                "400 | PUT    | /image     | Content-Range: bytes 0-1/2",
                "412 | PUT    | /image     | If-Match: \"other\"",
                "415 | PUT    | /image     | Content-Encoding: gzip",
                "204 | DELETE | /image     | ``",
                "204 | DELETE | /image     | If-None-Match: \"other\"; Origin: https://a.example",
                "400 | DELETE | /image     | If-None-Match: malformed",
                "412 | DELETE | /image     | If-Match: \"other\"",
            })
    void ofWritesObeyAllRules(int status, String method, String path, String headers, @TempDir Path own)
            throws Exception {
        try (ServerWithImage written = ServerWithImage.start(own, "CORS_ORIGINS", ORIGIN)) {
            byte[] body = method.equals("PUT") ? OTHER : new byte[0];
            assertObeys(written.port(), status, method, path, headers, body);
            int now = method.equals("DELETE") && status == 204 ? 404 : 200;
            assertObeys(written.port(), now, "GET", "/image", "", new byte[0]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /image, 201",
        "POST, /upload, 201",
        "DELETE, /image, 404",
        "GET, /image, 404",
        "HEAD, /image, 404",
    })
    void withoutAnImageObeyAllRules(String method, String path, int status, @TempDir Path own) throws Exception {
        try (TestServer empty = TestServer.start(own)) {
            byte[] body = {};
            String headers = "";
            if (method.equals("PUT")) {
                body = OTHER;
            } else if (method.equals("POST")) {
                body = Form.of(OTHER);
                headers = Form.CONTENT_TYPE;
            }
            StrictResponse response = assertObeys(empty.port(), status, method, path, headers, body);
            assertThat(response.value("ETag").isPresent()).isEqualTo(status == 201);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, /image, 401", "HEAD, /image, 401", "PUT, /image, 401", "DELETE, /image, 401", "GET, /, 401"})
    void withoutATokenObeyAllRules(String method, String path, int status, @TempDir Path own) throws Exception {
        String token = Files.writeString(own.resolve("token"), "secret").toString();
        try (ServerWithImage closed = ServerWithImage.start(
                own.resolve("server"), "UPLOAD_TOKEN_FILE", token, "READ_TOKEN_FILE", token, "CORS_ORIGINS", ORIGIN)) {
            assertObeys(closed.port(), status, method, path, "", new byte[0]);
        }
    }

    /** Jetty rejects these requests before any servlet sees them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "414 | GET /LONG HTTP/1.1\\r\\nHost: a",
                "431 | GET /image HTTP/1.1\\r\\nHost: a\\r\\nX: LONG",
                "400 | GET /image HTTP/1.1",
                "417 | PUT /image HTTP/1.1\\r\\nHost: a\\r\\nExpect: a miracle",
                "505 | GET /image HTTP/3.1\\r\\nHost: a",
            })
    void ofJettyObeyAllRules(int status, String request) throws Exception {
        String text = request.translateEscapes().replace("LONG", "a".repeat(20_000)) + "\r\n\r\n";
        StrictResponse response = exchange(server.port(), text.getBytes(ISO_8859_1));
        assertThat(response.status()).isEqualTo(status);
        assertThat(HeaderRule.findings(new Exchange("GET", Optional.empty(), response, Optional.empty())))
                .as("%s", response)
                .isEmpty();
    }

    /** What caches of the image need most. The rules alone would permit that it is missing. */
    @Test
    void ofTheImageHaveWhatACacheNeeds() throws Exception {
        StrictResponse image = send(server.port(), "GET", "/image", List.of(), new byte[0]);
        assertThat(image.names()).contains("etag", "last-modified", "cache-control", "accept-ranges", "date", "vary");
        assertThat(image.values("Cache-Control")).containsExactly("no-cache");
    }

    private static StrictResponse assertObeys(
            int port, int status, String method, String path, String headers, byte[] body) throws Exception {
        List<String> lines = Arrays.stream(headers.split("; (?=[A-Z])", -1))
                .filter(line -> !line.isEmpty())
                .map(line -> line.replace("TAG", tag).replace("DATE", date))
                .toList();
        List<String> plainLines = lines.stream()
                .filter(line -> line.startsWith("Accept-Encoding"))
                .toList();
        boolean reads = method.equals("GET") || method.equals("HEAD");
        Optional<StrictResponse> plain =
                reads ? Optional.of(send(port, "GET", path, plainLines, new byte[0])) : Optional.empty();
        StrictResponse response = send(port, method, path, lines, body);
        assertThat(response.status()).as(response::text).isEqualTo(status);
        // A condition decides whether the range applies. The table has the expected status.
        boolean conditional = lines.stream().anyMatch(line -> line.startsWith("If-"));
        Optional<String> range = lines.stream()
                .filter(line -> line.startsWith("Range: ") && (!conditional || status == 206))
                .map(line -> line.substring("Range: ".length()))
                .findFirst();
        assertThat(HeaderRule.findings(new Exchange(method, range, response, plain)))
                .as("%s", response)
                .isEmpty();
        return response;
    }

    private static StrictResponse send(int port, String method, String path, List<String> headers, byte[] body)
            throws IOException {
        List<String> lines = new ArrayList<>(headers);
        lines.add("Connection: close");
        if (body.length > 0) {
            lines.add("Content-Length: " + body.length);
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                RawClient.head(method, path, lines.toArray(String[]::new)).getBytes(ISO_8859_1));
        request.writeBytes(body);
        return exchange(port, request.toByteArray());
    }

    private static StrictResponse exchange(int port, byte[] request) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (RawClient client = RawClient.connect(port)) {
            client.send(request);
            client.socket().getInputStream().transferTo(received);
        } catch (SocketException e) {
            // Jetty has not read all of a head that is too large, so a reset follows its answer.
        }
        return StrictResponse.parse(received.toByteArray());
    }
}
