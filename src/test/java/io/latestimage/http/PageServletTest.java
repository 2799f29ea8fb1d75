package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the page and its files are served. {@link MethodTest} has the methods, and that nothing else is served. */
class PageServletTest {
    private static final Path SOURCES = Path.of("src/main/resources/io/latestimage/http/page");
    private static final String GZIP = "Accept-Encoding: gzip";

    @AutoClose
    private static TestServer server;

    /** There is no image, and the page does not need one. */
    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = TestServer.start(folder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/          | index.html | text/html;charset=utf-8",
                "/page.css  | page.css   | text/css;charset=utf-8",
                "/page.js   | page.js    | text/javascript;charset=utf-8",
                "/follow.js | follow.js  | text/javascript;charset=utf-8",
                "/upload.js | upload.js  | text/javascript;charset=utf-8",
                "/icon.svg  | icon.svg   | image/svg+xml",
            })
    void servesEachFileAsItIsWithAllItsHeaders(String path, String file, String mediaType) throws Exception {
        byte[] source = Files.readAllBytes(SOURCES.resolve(file));
        Response response = RawClient.get(server.port(), path);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(source);
        assertThat(response.header("Content-Type").orElseThrow()).isEqualToIgnoringCase(mediaType);
        assertThat(response.headers())
                .containsEntry("Content-Length", String.valueOf(source.length))
                .containsEntry("Cache-Control", "no-cache")
                .containsEntry("Vary", "Accept-Encoding")
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Referrer-Policy", "same-origin")
                .containsEntry("Cross-Origin-Resource-Policy", "same-origin")
                .containsEntry(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
                                + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'")
                .containsKeys("Date", "Server")
                .doesNotContainKeys("Content-Encoding", "Last-Modified", "Set-Cookie", "Connection");
        assertThat(response.header("ETag").orElseThrow()).matches("\"[0-9a-f]{64}\"");
    }

    /** Otherwise {@code /?kiosk} would be another page. */
    @Test
    void ignoresTheQuery() throws Exception {
        Response page = RawClient.get(server.port(), "/");
        Response kiosk = RawClient.get(server.port(), "/?kiosk");
        assertThat(kiosk.body()).isEqualTo(page.body());
    }

    @Test
    void answersHeadAsGetWithoutTheBytes() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            for (String header : new String[] {"Accept: */*", GZIP}) {
                Response get = RawClient.get(server.port(), "/", header);
                client.send(RawClient.head("HEAD", "/", header));
                Response head = client.readResponse(false);
                assertThat(head.status()).isEqualTo(200);
                get.headers().remove("Date");
                head.headers().remove("Date");
                assertThat(head.headers()).isEqualTo(get.headers());
            }
            client.send(RawClient.head("GET", "/")); // its response would be misread if HEAD had a body
            assertThat(client.readResponse().text()).startsWith("<!DOCTYPE html>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TAG", "W/TAG", "\"other\", TAG", "*"})
    void sendsNothingToAClientThatHasTheFile(String condition) throws Exception {
        for (String method : new String[] {"GET", "HEAD"}) {
            try (RawClient client = RawClient.connect(server.port())) {
                client.send(RawClient.head(method, "/page.js", "If-None-Match: " + condition.replace("TAG", tag())));
                Response response = client.readResponse(false);
                assertThat(response.status()).isEqualTo(304);
                assertThat(response.headers())
                        .containsEntry("ETag", tag())
                        .containsEntry("Cache-Control", "no-cache")
                        .containsEntry("Vary", "Accept-Encoding")
                        .doesNotContainKeys("Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection");
                client.send(RawClient.head("GET", "/page.js"));
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
    }

    /** A file of the program has no date. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | If-None-Match: \"other\"",
                "200 | If-None-Match: malformed",
                "200 | If-Modified-Since: Tue, 01 Jan 2999 00:00:00 GMT",
                "200 | If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
                "200 | Range: bytes=0-9",
                "412 | If-Match: \"other\"",
            })
    void sendsTheWholeFileToEveryOtherClient(int status, String header) throws Exception {
        Response response = RawClient.get(server.port(), "/page.js", header);
        assertThat(response.status()).isEqualTo(status);
        if (status == 412) {
            ServerWithImage.assertProblem(412, response);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip                    | true",
                "GZIP                    | true",
                "gzip, deflate, br, zstd | true",
                "br;q=1.0,gzip;q=0.8,*   | true",
                "deflate, gzip ; q=0.001 | true",
                "br\\r\\nAccept-Encoding: gzip | true",
                "gzip;q=0                | false",
                "gzip;q=0.000, br        | false",
                "identity                | false",
                "*                       | false",
                "notgzip, gzipped        | false",
            })
    void compressesTheFileForAClientThatAcceptsIt(String accepted, boolean compressed) throws Exception {
        Response plain = RawClient.get(server.port(), "/page.js");
        Response response = RawClient.get(server.port(), "/page.js", "Accept-Encoding: " + accepted.translateEscapes());
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("Vary", "Accept-Encoding");
        if (compressed) {
            assertThat(response.headers()).containsEntry("Content-Encoding", "gzip");
            assertThat(decompress(response.body())).isEqualTo(plain.body());
            assertThat(response.header("ETag")).isPresent().isNotEqualTo(plain.header("ETag"));
            assertThat(response.body()).hasSizeLessThan(plain.body().length);
        } else {
            assertThat(response.headers()).doesNotContainKey("Content-Encoding");
            assertThat(response.body()).isEqualTo(plain.body());
        }
    }

    /** The tag of one is not that of the other: a client that joined parts of both would have neither. */
    @Test
    void distinguishesTheCompressedFileFromTheOther() throws Exception {
        Response compressed = RawClient.get(server.port(), "/page.js", GZIP);
        String condition = "If-None-Match: " + compressed.header("ETag").orElseThrow();
        Response same = RawClient.get(server.port(), "/page.js", GZIP, condition);
        assertThat(same.status()).isEqualTo(304);
        Response other = RawClient.get(server.port(), "/page.js", condition);
        assertThat(other.status()).isEqualTo(200);
    }

    @Test
    void keepsTheConnectionOpen() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            for (String path : PageServlet.urlPatterns()) {
                client.send(RawClient.head("GET", path.isEmpty() ? "/" : path, GZIP));
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void rejectsAFormThatIsSentToThePage() throws Exception {
        Response response = RawClient.exchange(
                server.port(), (RawClient.head("POST", "/", "Content-Length: 3") + "a=b").getBytes(ISO_8859_1));
        ServerWithImage.assertProblem(405, response);
        assertThat(response.header("Allow")).contains("GET, HEAD, OPTIONS");
    }

    private static String tag() throws IOException {
        return RawClient.get(server.port(), "/page.js").header("ETag").orElseThrow();
    }

    private static byte[] decompress(byte[] bytes) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }
}
