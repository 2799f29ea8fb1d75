package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.UploadWay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers of a request are checked before its body is opened, and a rejection reaches the client. */
class UploadAdmissionTest {
    private static final byte[] NEW = Form.png(1, 200_000);
    private static final String TOKEN = "s3cret-key";

    @TempDir
    private Path folder;

    private Path tokenFile;

    @AutoClose
    private ServerWithImage server;

    @BeforeEach
    void start() throws Exception {
        tokenFile = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        server = ServerWithImage.start(folder, "UPLOAD_TOKEN_FILE", tokenFile.toString());
    }

    @ParameterizedTest
    @EnumSource
    void asksForTheBodyOfAnUploadThatItAccepts(UploadWay way) throws Exception {
        byte[] body = way.body(NEW);
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(way.head("Content-Length: " + body.length, authorization(), "Expect: 100-continue"));
            assertThat(client.readResponse().status()).isEqualTo(100);
            client.send(body);
            assertThat(client.readResponse().status()).isEqualTo(way.replaced());
        }
        server.assertServes(NEW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | POST | /upload | 1000    | Content-Type: multipart/form-data; boundary=b | |",
                "401 | POST | /upload | 1000    | Content-Type: multipart/form-data; boundary=b | Authorization: Bearer no |",
                "415 | POST | /upload | 1000    | Content-Type: image/png | TOKEN |",
                "413 | POST | /upload | 3000000 | Content-Type: multipart/form-data; boundary=b | TOKEN |",
                "412 | POST | /upload | 1000    | Content-Type: multipart/form-data; boundary=b | TOKEN | If-Match: \"old\"",
                "412 | POST | /upload | 1000    | Content-Type: multipart/form-data; boundary=b | TOKEN | If-None-Match: *",
                "405 | PUT  | /upload | 1000    | Content-Type: image/png | TOKEN |",
                "405 | POST | /image  | 1000    | Content-Type: image/png | TOKEN |",
                "405 | POST | /       | 1000    | Content-Type: image/png | TOKEN |",
                "404 | POST | /nothing | 1000   | Content-Type: image/png | TOKEN |",
                "401 | POST | /nothing | 1000   | Content-Type: image/png | |",
                "401 | PUT  | /image  | 1000    | Content-Type: image/png | |",
                "415 | PUT  | /image  | 1000    | Content-Type: multipart/form-data; boundary=b | TOKEN |",
                "415 | PUT  | /image  | 1000    | Content-Encoding: gzip | TOKEN |",
                "400 | PUT  | /image  | 1000    | Content-Range: bytes 0-999/2000 | TOKEN |",
                "413 | PUT  | /image  | 1048577 | Content-Type: image/png | TOKEN |",
                "412 | PUT  | /image  | 1000    | Content-Type: image/png | TOKEN | If-Match: \"old\"",
                "412 | PUT  | /image  | 1000    | Content-Type: image/png | TOKEN | If-None-Match: *",
            })
    void doesNotAskForTheBodyOfARejectedRequest(
            int status, String method, String path, int length, String a, @Nullable String b, @Nullable String c)
            throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(head(method, path, length, "Expect: 100-continue", real(a), real(b), real(c)));
            ServerWithImage.assertProblem(status, client.readResponse());
            assertThat(client.isEnded()).isTrue();
        }
        server.assertUnchanged();
    }

    /** 32 MiB are more than the system buffers: the client can send all of it only because the server reads on. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | POST | /upload | Content-Type: multipart/form-data; boundary=b | |",
                "415 | POST | /upload | Content-Type: image/png | TOKEN |",
                "413 | POST | /upload | Content-Type: multipart/form-data; boundary=b | TOKEN |",
                "412 | POST | /upload | Content-Type: multipart/form-data; boundary=b | TOKEN | If-Match: \"old\"",
                "405 | PUT  | /upload | Content-Type: image/png | TOKEN |",
                "405 | POST | /image  | Content-Type: multipart/form-data; boundary=b | TOKEN |",
                "405 | POST | /healthz/liveness | Content-Type: text/plain | |",
                "405 | POST | /       | Content-Type: multipart/form-data; boundary=b | TOKEN |",
                "404 | POST | /upload/ | Content-Type: multipart/form-data; boundary=b | TOKEN |",
                "401 | POST | /upload/ | Content-Type: multipart/form-data; boundary=b | |",
                "401 | PUT  | /image  | Content-Type: image/png | |",
                "413 | PUT  | /image  | Content-Type: image/png | TOKEN |",
                "412 | PUT  | /image  | Content-Type: image/png | TOKEN | If-Match: \"old\"",
                "415 | PUT  | /image  | Content-Encoding: gzip | TOKEN |",
            })
    void answersClientsThatSendAllBeforeTheyRead(
            int status, String method, String path, String a, @Nullable String b, @Nullable String c) throws Exception {
        int length = 32 * 1024 * 1024;
        for (boolean chunked : new boolean[] {false, true}) {
            try (RawClient client = RawClient.connect(server.port())) {
                if (status == (chunked ? 413 : 412)) {
                    continue; // the length alone is enough for 413, and comes before 412
                } else if (chunked) {
                    client.send(RawClient.head(
                            method, path, "Transfer-Encoding: chunked", "X-A: b", real(a), real(b), real(c)));
                    client.send(Integer.toHexString(length) + "\r\n");
                    client.send(new byte[length]);
                    client.send("\r\n0\r\n\r\n");
                } else {
                    client.send(head(method, path, length, real(a), real(b), real(c)));
                    client.send(new byte[length]);
                }
                ServerWithImage.assertProblem(status, client.readResponse());
                assertThat(client.isEnded()).isTrue();
            }
        }
        server.assertUnchanged();
    }

    @Test
    void answersClientsThatSendAllWhenTheTokenFileIsMissing() throws Exception {
        Files.delete(tokenFile);
        awaitAnswerToToken(503);
        try (RawClient client = RawClient.connect(server.port())) {
            int length = 32 * 1024 * 1024;
            client.send(head("POST", "/upload", length, Form.CONTENT_TYPE));
            client.send(new byte[length]);
            ServerWithImage.assertProblem(503, client.readResponse());
        }
        server.assertUnchanged();
    }

    @ParameterizedTest
    @EnumSource
    void answersClientsWhoseUploadTurnsOutToBeTooLarge(UploadWay way) throws Exception {
        byte[] body = way.body(Form.png(1, 32 * 1024 * 1024));
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(way.head(authorization(), "Transfer-Encoding: chunked"));
            client.send(Integer.toHexString(body.length) + "\r\n");
            client.send(body);
            client.send("\r\n0\r\n\r\n");
            ServerWithImage.assertProblem(413, client.readResponse());
        }
        server.assertUnchanged();
    }

    @Test
    void acceptsTheToken() throws Exception {
        assertThat(upload(authorization()).status()).isEqualTo(201);
        assertThat(upload("Authorization: bearer  " + TOKEN + " ").status()).isEqualTo(201);
        assertThat(upload("Authorization: Basic Y2FtZXJhOnMzY3JldC1rZXk=").status())
                .as("camera:" + TOKEN)
                .isEqualTo(201);
        server.assertServes(NEW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: at all",
                "Authorization: Bearer",
                "Authorization: Bearer ",
                "Authorization: Bearer s3cret",
                "Authorization: Bearer s3cret-key2",
                "Authorization: Basic czNjcmV0",
                "Authorization: Basic czNjcmV0LWtleTpjYW1lcmE=",
                "Authorization: s3cret-key",
                "Authorization: Bearer s3cret-key\r\nAuthorization: Bearer s3cret-key",
            })
    void requiresTheToken(String header) throws Exception {
        for (UploadWay way : UploadWay.values()) {
            Response response = server.assertRejects(401, way.upload(NEW, header));
            assertThat(response.header("WWW-Authenticate")).contains("Bearer realm=\"latest-image\"");
        }
    }

    @Test
    void requiresNoTokenForDownloads() throws Exception {
        assertThat(RawClient.get(server.port(), "/image").status()).isEqualTo(200);
    }

    @Test
    void acceptsANewTokenWithoutARestart() throws Exception {
        Files.writeString(tokenFile, "another");
        awaitAnswerToToken(401);
        server.assertRejects(401, Form.upload(NEW, authorization()));
        assertThat(upload("Authorization: Bearer another").status()).isEqualTo(201);
    }

    /** Both are valid while the clients are changed, one after the other. */
    @Test
    void acceptsEachOfSeveralTokens() throws Exception {
        Files.writeString(tokenFile, "another\n\n" + TOKEN + "\n");
        Await.until(
                "the other token is accepted",
                () -> upload("Authorization: Bearer another").status() == 201);
        assertThat(upload(authorization()).status()).isEqualTo(201);
    }

    /** A mounted secret that is missing or empty must not open the service to all. It is a fault of the server. */
    @ParameterizedTest
    @ValueSource(strings = {"", " \n"})
    void acceptsNoUploadWithoutATokenFile(String content) throws Exception {
        Files.writeString(tokenFile, content);
        awaitAnswerToToken(503);
        server.assertRejects(503, Form.upload(NEW, authorization()));
        server.assertRejects(503, Form.upload(NEW, "Authorization: Bearer "));
        server.assertRejects(503, Form.upload(NEW));
        Files.writeString(tokenFile, TOKEN);
        awaitAnswerToToken(415);
        assertThat(upload(authorization()).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @EnumSource
    void acceptsUploadsWhileItDrains(UploadWay way) throws Exception {
        server.server().state().drain();
        Response response = RawClient.exchange(server.port(), way.upload(NEW, authorization()));
        assertThat(response.status()).isEqualTo(way.replaced());
        assertThat(response.header("Connection")).contains("close");
    }

    @ParameterizedTest
    @EnumSource
    void closesTheConnectionOfAnUploadThatBeganBeforeTheDrain(UploadWay way) throws Exception {
        byte[] request = way.upload(NEW, authorization());
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(Arrays.copyOf(request, request.length - 1));
            server.awaitTemporaryFiles(1);
            server.server().state().drain();
            client.send(Arrays.copyOfRange(request, request.length - 1, request.length));
            Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(way.replaced());
            assertThat(response.header("Connection")).contains("close");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesUploadsWhenItStops(UploadWay way) throws Exception {
        server.server().state().stop();
        Response response = server.assertRejects(503, way.upload(NEW, authorization()));
        assertThat(response.header("Retry-After")).contains("1");
        assertThat(response.header("Connection")).contains("close");
    }

    /** Waits until the service has read the token file again. The request has no form, so it changes nothing. */
    private void awaitAnswerToToken(int status) throws Exception {
        byte[] request = RawClient.head("POST", "/upload", authorization()).getBytes(ISO_8859_1);
        Await.until(
                "the answer to the token is " + status,
                () -> RawClient.exchange(server.port(), request).status() == status);
    }

    private Response upload(String authorization) throws Exception {
        return RawClient.exchange(server.port(), Form.upload(NEW, authorization));
    }

    private static String authorization() {
        return "Authorization: Bearer " + TOKEN;
    }

    private static String real(@Nullable String header) {
        return header == null ? "X-Nothing: else" : header.replace("TOKEN", authorization());
    }

    private static String head(String method, String path, int length, String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add("Content-Length: " + length);
        return RawClient.head(method, path, all.toArray(String[]::new));
    }
}
