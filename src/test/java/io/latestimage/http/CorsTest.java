package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of other origins may do: nothing by default, and with CORS_ORIGINS what the list says. */
class CorsTest {
    private static final byte[] NEW = Form.png(1, 2000);
    private static final String LISTED = "Origin: https://page.example";
    private static final String FOREIGN = "Origin: https://elsewhere.example";
    private static final String LIST = "https://page.example,http://board.example:8080";
    private static final String EXPOSED = "ETag, Last-Modified, Cache-Status, Preference-Applied, Latest-Image-Max-Age";
    private static final String[] PREFLIGHT = {"Access-Control-Request-Method: PUT", "Sec-Fetch-Site: cross-site"};

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "/image, 200, Origin",
        "/nothing, 404, Origin",
        "/healthz/fresh, 200, Origin",
        "/page.js, 200, 'Origin, Accept-Encoding'",
    })
    void letsPagesOfListedOriginsReadEveryResponse(String path, int status, String vary) throws Exception {
        try (ServerWithImage server = start(LIST)) {
            for (String origin : new String[] {"https://page.example", "http://board.example:8080"}) {
                Response response = RawClient.get(server.port(), path, "Origin: " + origin);
                assertThat(response.status()).isEqualTo(status);
                assertThat(response.headers())
                        .containsEntry("Access-Control-Allow-Origin", origin)
                        .containsEntry("Access-Control-Expose-Headers", EXPOSED)
                        .containsEntry("Vary", vary);
            }
        }
    }

    /** A cache must not give a page the response that it stored for another one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: else",
                "Origin: https://elsewhere.example",
                "Origin: http://page.example",
                "Origin: https://page.example:8443",
                "Origin: https://page.example.elsewhere.example",
                "Origin: https://sub.page.example",
                "Origin: null",
                "Origin: *",
                "Origin: https://page.example, http://board.example:8080",
                "If-None-Match: *",
            })
    void letsNoOtherPageRead(String header) throws Exception {
        try (ServerWithImage server = start(LIST)) {
            Response response = RawClient.get(server.port(), "/image", header);
            assertThat(response.status()).isIn(200, 304);
            assertNoPermission(response);
            assertThat(response.header("Vary")).contains("Origin");
        }
    }

    @Test
    void letsNoPageReadByDefault() throws Exception {
        try (ServerWithImage server = ServerWithImage.start(folder)) {
            for (String origin : new String[] {LISTED, FOREIGN, "Origin: http://localhost", "Origin: null"}) {
                Response response = RawClient.get(server.port(), "/image", origin);
                assertNoPermission(response);
                assertThat(response.header("Vary")).isEmpty();
                assertNoPermission(preflight(server, origin));
            }
        }
    }

    @Test
    void letsEveryPageReadIfTheListSaysSo() throws Exception {
        try (ServerWithImage server = start("*")) {
            Response response = RawClient.get(server.port(), "/image", FOREIGN);
            assertThat(response.headers())
                    .containsEntry("Access-Control-Allow-Origin", "*")
                    .containsEntry("Access-Control-Expose-Headers", EXPOSED)
                    .doesNotContainKey("Vary"); // the response is the same for all
            assertNoCredentials(response);
            assertThat(preflight(server, FOREIGN).headers())
                    .containsEntry("Access-Control-Allow-Origin", "*")
                    .containsEntry("Access-Control-Allow-Methods", "GET, HEAD");
        }
    }

    /** The browser of a visitor may have stored a password, and would send it with the form of any website. */
    @Test
    void letsNoUnnamedPageWriteEvenIfAllMayRead() throws Exception {
        try (ServerWithImage server = start("*,https://page.example")) {
            Response rejected = server.assertRejects(403, Form.upload(NEW, FOREIGN, "Sec-Fetch-Site: cross-site"));
            assertThat(rejected.header("Access-Control-Allow-Origin"))
                    .as("the page can read why")
                    .contains("*");
            assertThat(RawClient.exchange(server.port(), Form.upload(NEW, LISTED, "Sec-Fetch-Site: cross-site"))
                            .status())
                    .isEqualTo(201);
            assertThat(preflight(server, LISTED).header("Access-Control-Allow-Methods"))
                    .hasValueSatisfying(methods -> assertThat(methods).contains("PUT"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://page.example",
                "Origin: HTTPS://PAGE.EXAMPLE",
                "Origin: https://page.example; Sec-Fetch-Site: cross-site",
                "Origin: http://board.example:8080; Sec-Fetch-Site: same-site",
            })
    void letsPagesOfListedOriginsWrite(String headers) throws Exception {
        try (ServerWithImage server = start(LIST)) {
            Response response = RawClient.exchange(server.port(), Form.upload(NEW, headers.split("; ")));
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.header("Access-Control-Allow-Origin"))
                    .hasValueSatisfying(origin -> assertThat(headers).contains(origin));
            server.assertServes(NEW);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://elsewhere.example",
                "Origin: http://page.example",
                "Origin: https://page.example.elsewhere.example; Sec-Fetch-Site: cross-site",
                "Origin: null; Sec-Fetch-Site: cross-site",
                "Origin: *",
                "Sec-Fetch-Site: cross-site",
                "Referer: https://page.example/; Sec-Fetch-Site: cross-site",
            })
    void rejectsWritesOfAllOtherPages(String headers) throws Exception {
        try (ServerWithImage server = start(LIST)) {
            Response response = server.assertRejects(403, Form.upload(NEW, headers.split("; ")));
            assertNoPermission(response);
            assertThat(response.text()).contains("another site", "CORS_ORIGINS");
        }
    }

    /** Before anything else that could be wrong with it, whatever the method. */
    @ParameterizedTest
    @CsvSource({"POST, /upload", "PUT, /image", "DELETE, /image", "PATCH, /image", "POST, /nothing"})
    void rejectsEveryMethodThatMayWrite(String method, String path) throws Exception {
        try (ServerWithImage server = start(LIST)) {
            byte[] request = RawClient.head(method, path, FOREIGN).getBytes(ISO_8859_1);
            server.assertRejects(403, request);
        }
    }

    @Test
    void answersPreflightRequestsOfListedOrigins() throws Exception {
        try (ServerWithImage server = start(LIST)) {
            for (String path : new String[] {"/image", "/upload", "/healthz/fresh"}) {
                Response response = preflight(server, path, LISTED);
                assertThat(response.status()).isEqualTo(204);
                assertThat(response.headers())
                        .containsEntry("Access-Control-Allow-Origin", "https://page.example")
                        .containsEntry("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE")
                        .containsEntry(
                                "Access-Control-Allow-Headers",
                                "Authorization, Content-Type, If-Match, If-None-Match, Prefer, Range")
                        .containsEntry("Access-Control-Max-Age", "600")
                        .containsEntry("Vary", "Origin")
                        .containsKey("Allow");
                assertNoCredentials(response);
            }
        }
    }

    @Test
    void permitsNothingInPreflightRequestsOfOtherOrigins() throws Exception {
        try (ServerWithImage server = start(LIST)) {
            for (String origin : new String[] {FOREIGN, "Origin: null", "X-Nothing: else"}) {
                assertNoPermission(preflight(server, origin));
            }
        }
    }

    /** A browser sends no token with a preflight request, and the page must be able to read that one is missing. */
    @Test
    void answersPreflightRequestsWithoutAToken() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "right");
        String[] settings = {"CORS_ORIGINS", LIST, "UPLOAD_TOKEN_FILE", tokens.toString()};
        try (ServerWithImage server = ServerWithImage.start(folder, settings)) {
            assertThat(preflight(server, LISTED).status()).isEqualTo(204);
            Response response = server.assertRejects(401, Form.upload(NEW, LISTED));
            assertThat(response.header("Access-Control-Allow-Origin")).contains("https://page.example");
            assertThat(RawClient.exchange(server.port(), Form.upload(NEW, LISTED, "Authorization: Bearer right"))
                            .status())
                    .isEqualTo(201);
        }
    }

    /** The token does not help: the browser may have stored it as a password. */
    @Test
    void rejectsTheTokenInARequestOfAnotherOrigin() throws Exception {
        String password = "Authorization: Basic dXNlcjpyaWdodA=="; // user:right
        Path tokens = Files.writeString(folder.resolve("tokens"), "right");
        try (ServerWithImage server = ServerWithImage.start(folder, "UPLOAD_TOKEN_FILE", tokens.toString())) {
            server.assertRejects(403, Form.upload(NEW, FOREIGN, password));
            byte[] own = Form.upload(NEW, "Origin: http://localhost", password);
            assertThat(RawClient.exchange(server.port(), own).status())
                    .as("control: the same from a page of this site")
                    .isEqualTo(201);
        }
    }

    private ServerWithImage start(String origins) throws Exception {
        return ServerWithImage.start(folder, "CORS_ORIGINS", origins);
    }

    private static Response preflight(ServerWithImage server, String origin) throws Exception {
        return preflight(server, "/image", origin);
    }

    private static Response preflight(ServerWithImage server, String path, String origin) throws Exception {
        String request = RawClient.head("OPTIONS", path, origin, PREFLIGHT[0], PREFLIGHT[1]);
        return RawClient.exchange(server.port(), request.getBytes(ISO_8859_1));
    }

    private static void assertNoPermission(Response response) {
        assertThat(response.headers().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }

    private static void assertNoCredentials(Response response) {
        assertThat(response.headers()).doesNotContainKey("Access-Control-Allow-Credentials");
    }
}
