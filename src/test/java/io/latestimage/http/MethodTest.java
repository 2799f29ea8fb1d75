package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses exist, which methods they support, and how all others are answered. */
class MethodTest {
    @AutoClose
    private static ServerWithImage server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = ServerWithImage.start(folder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/                   | GET, HEAD, OPTIONS",
                "/page.js            | GET, HEAD, OPTIONS",
                "/upload             | OPTIONS, POST",
                "/image              | DELETE, GET, HEAD, OPTIONS, PUT",
                "/image.png          | DELETE, GET, HEAD, OPTIONS, PUT",
                "/healthz/liveness   | GET, HEAD, OPTIONS",
                "/healthz/readiness  | GET, HEAD, OPTIONS",
                "/healthz/fresh      | GET, HEAD, OPTIONS",
            })
    void allowsTheMethodsOfTheAddressAndNoOther(String path, String allow) throws Exception {
        for (String method : new String[] {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW", "get"}) {
            // With this condition, no request changes the image.
            Response response = RawClient.exchange(
                    server.port(),
                    RawClient.head(method, path, "If-Match: \"other\"").getBytes(ISO_8859_1));
            if (allow.matches(".*\\b" + method + "\\b.*")) {
                assertThat(response.status()).as(method).isNotEqualTo(405);
            } else {
                assertThat(response.status()).as(method).isEqualTo(405);
                assertThat(response.header("Allow")).as(method).contains(allow);
                if (!method.equals("HEAD")) {
                    ServerWithImage.assertProblem(405, response);
                }
            }
        }
        server.assertUnchanged();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/                   | GET, HEAD, OPTIONS",
                "/page.js            | GET, HEAD, OPTIONS",
                "/upload             | OPTIONS, POST",
                "/image              | DELETE, GET, HEAD, OPTIONS, PUT",
                "/image.png          | DELETE, GET, HEAD, OPTIONS, PUT",
                "/healthz/liveness   | GET, HEAD, OPTIONS",
                "/healthz/readiness  | GET, HEAD, OPTIONS",
                "/healthz/fresh      | GET, HEAD, OPTIONS",
            })
    void listsTheMethodsOfTheAddress(String path, String allow) throws Exception {
        Response response = RawClient.exchange(
                server.port(), RawClient.head("OPTIONS", path).getBytes(ISO_8859_1));
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.headers())
                .containsEntry("Allow", allow)
                .doesNotContainKeys("Content-Length", "Transfer-Encoding"); // RFC 9110, section 8.6
    }

    /** RFC 9110, section 9.3.7: the server as a whole. */
    @Test
    void listsTheMethodsOfTheServer() throws Exception {
        Response response =
                RawClient.exchange(server.port(), RawClient.head("OPTIONS", "*").getBytes(ISO_8859_1));
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.headers())
                .containsEntry("Allow", "DELETE, GET, HEAD, OPTIONS, POST, PUT")
                .containsKey("Server")
                .doesNotContainKeys("Content-Length", "Connection");
    }

    /** The connection is closed only if a body is left unread. */
    @ParameterizedTest
    @CsvSource({
        "404, GET, /nothing",
        "405, PATCH, /image",
        "405, GET, /upload",
        "415, POST, /upload",
        "405, DELETE, /upload"
    })
    void keepsTheConnectionAfterARejectionWithoutABody(int status, String method, String path) throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            for (int i = 0; i < 3; i++) {
                client.send(RawClient.head(method, path));
                Response response = client.readResponse();
                ServerWithImage.assertProblem(status, response);
                assertThat(response.header("Connection")).isEmpty();
            }
            client.send(RawClient.head(method, path, "Content-Length: 5") + "12345");
            assertThat(client.readResponse().header("Connection")).contains("close");
            assertThat(client.isEnded()).isTrue();
        }
    }

    /** Neither the class path of the embedded server nor the files of an unpacked WAR are served. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/index.html",
                "/page",
                "/page/",
                "/page/index.html",
                "/page.css/",
                "/page.js/x",
                "/Page.js",
                "/favicon.ico",
                "/image/",
                "/image/x",
                "/image.",
                "/image.svg",
                "/image.PNG",
                "/image.png/",
                "/image.png.jpg",
                "/upload.png",
                "/images",
                "/Image",
                "/upload/",
                "/upload/x",
                "/healthz",
                "/healthz/",
                "/healthz/startup",
                "/healthz/liveness/",
                "/WEB-INF/web.xml",
                "/WEB-INF/",
                "/META-INF/MANIFEST.MF",
                "/io/latestimage/Main.class",
                "/io/latestimage/config/version.properties",
                "/io/latestimage/http/page/index.html",
                "/org/springframework/boot/loader/launch/WarLauncher.class",
                "/jetty-logging.properties",
                "/..;/image",
                "/%2e%2e/image",
                "/%57EB-INF/web.xml",
                "/image%00",
                "/image%2f",
                "//image",
                "/./upload/%2e%2e/%2e%2e/etc/passwd",
            })
    void hasNothingElse(String path) throws Exception {
        Response response = RawClient.get(server.port(), path);
        assertThat(response.status()).isIn(400, 404);
        ServerWithImage.assertProblem(response.status(), response);
        assertThat(response.text()).doesNotContain("web-app", "Multi-Release", "commit");
    }

    /** Jetty itself rejects these. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "505 | GET /image",
                "400 | GET /image HTTP/1.1",
                "400 | GET /image HTTP/1.1\\r\\nHost: a\\r\\nHost: b",
                "400 | GET /image HTTP/1.1\\r\\nHost: a\\r\\nno colon",
                "400 | GET /image HTTP/1.1\\r\\nHost: a\\r\\n folded: line",
                "400 | POST /upload HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nContent-Length: 2",
                "400 | POST /upload HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: x",
                "400 | POST /upload HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -1",
                "400 | POST /upload HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked",
                "400 | POST /upload HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip",
                "400 | \\0\\1\\2\\3",
                "505 | GET /image HTTP/3.1\\r\\nHost: a",
                "417 | POST /upload HTTP/1.1\\r\\nHost: a\\r\\nExpect: a miracle",
            })
    void answersMalformedRequestsWithAProblem(int status, String request) throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(request.translateEscapes() + "\r\n\r\n");
            Response response = client.readResponse();
            assertThat(response.status()).as(response.text()).isEqualTo(status);
            ServerWithImage.assertProblem(status, response);
            assertThat(response.text()).contains("This request is malformed or not supported.");
            assertThat(response.header("Server"))
                    .hasValueSatisfying(product -> assertThat(product).startsWith("latest-image/"));
            assertThat(client.isEnded()).isTrue();
        }
        server.assertUnchanged();
    }

    @ParameterizedTest
    @CsvSource({"414, /image?", "431, X-Long: "})
    void answersRequestHeadersThatAreTooLargeWithAProblem(int status, String where) throws Exception {
        String tooLong = where + "a".repeat(20_000);
        Response response =
                status == 414 ? RawClient.get(server.port(), tooLong) : RawClient.get(server.port(), "/image", tooLong);
        ServerWithImage.assertProblem(status, response);
        server.assertUnchanged();
    }
}
