package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.SlowReader;
import io.latestimage.testing.StoredImage;
import io.latestimage.testing.TestServer;
import io.latestimage.testing.UploadWay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code DELETE /image}. */
class DeleteTest {
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
    void deletesTheImage() throws Exception {
        Response response = delete();
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.headers()).doesNotContainKeys("Content-Length", "ETag", "Connection");
        server.assertHasNoImage();
        ServerWithImage.assertProblem(404, delete());
        assertThat(RawClient.get(server.port(), "/healthz/readiness").text()).isEqualTo("ready: no image yet\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/image", "/image.png", "/image.ico"})
    void leavesNothingAtAnyAddress(String path) throws Exception {
        assertThat(delete().status()).isEqualTo(204);
        String[] conditions = {"X-Nothing: else", "If-None-Match: *", "If-Match: *", "Range: bytes=0-1"};
        for (String condition : conditions) {
            Response response = RawClient.get(server.port(), path, condition);
            ServerWithImage.assertProblem(404, response);
            assertThat(response.headers()).doesNotContainKeys("ETag", "Last-Modified");
        }
    }

    /** A later image never gets an earlier generation or date, so no client mistakes one for the other. */
    @ParameterizedTest
    @EnumSource
    void isFollowedByANewImage(UploadWay way) throws Exception {
        Path volume = folder.resolve("data");
        server.assertUnchanged(); // the replica has taken over the image of the old layout
        for (int deletions = 1; deletions <= 3; deletions++) {
            long before = StoredImage.generation(volume);
            assertThat(delete().status()).isEqualTo(204);
            assertThat(StoredImage.generation(volume)).isEqualTo(before + 1);
            Response created = RawClient.exchange(server.port(), way.upload(NEW));
            assertThat(created.status()).isEqualTo(201);
            assertThat(StoredImage.generation(volume)).isEqualTo(before + 2);
            server.assertServes(NEW);
        }
    }

    @Test
    void isSeenByEveryReplicaAndAfterARestart() throws Exception {
        try (TestServer replica = TestServer.start(folder)) {
            assertThat(RawClient.get(replica.port(), "/image").status()).isEqualTo(200);
            assertThat(delete().status()).isEqualTo(204);
            assertThat(RawClient.get(replica.port(), "/image").status()).isEqualTo(404);
        }
        try (TestServer restarted = TestServer.start(folder)) {
            assertThat(RawClient.get(restarted.port(), "/image").status()).isEqualTo(404);
        }
    }

    /** A download that has begun is complete: the replica serves a copy of its own. */
    @Test
    void doesNotEndADownload() throws Exception {
        byte[] large = Form.png(5, SlowReader.SIZE);
        try (ServerWithImage roomy = ServerWithImage.start(folder.resolve("roomy"), "MAX_IMAGE_SIZE", "20MiB")) {
            assertThat(RawClient.exchange(roomy.port(), UploadWay.RAW.upload(large))
                            .status())
                    .isEqualTo(204);
            try (SlowReader reader = SlowReader.start(roomy.port())) {
                assertThat(RawClient.exchange(roomy.port(), request()).status()).isEqualTo(204);
                roomy.assertHasNoImage();
                assertThat(reader.readRest()).isEqualTo(large);
            }
        }
    }

    /** TAG stands for the entity tag of the current image. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "204 | If-Match: TAG",
                "204 | If-Match: *",
                "412 | If-Match: \"other\"",
                "412 | If-None-Match: TAG",
                "412 | If-None-Match: *",
                "204 | If-None-Match: \"other\"",
                "400 | If-Match: all",
                "400 | If-None-Match: ",
                "400 | If-Unmodified-Since: Fri, 01 Jan 2100 00:00:00 GMT",
            })
    void deletesOnlyTheExpectedImage(int status, String condition) throws Exception {
        String tag = RawClient.get(server.port(), "/image").header("ETag").orElseThrow();
        byte[] request = request(condition.replace("TAG", tag));
        if (status == 204) {
            assertThat(RawClient.exchange(server.port(), request).status()).isEqualTo(204);
            server.assertHasNoImage();
        } else {
            server.assertRejects(status, request);
        }
    }

    /** All expect the current image. Whatever comes first, the others find another image or none. */
    @Test
    void letsExactlyOneWriterChangeTheImageThatAllExpect() throws Exception {
        for (int round = 1; round <= 10; round++) {
            String expected = "If-Match: "
                    + RawClient.get(server.port(), "/image").header("ETag").orElseThrow();
            List<byte[]> requests = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                byte[] image = Form.png(100L * round + i, 100_000);
                requests.add(UploadWay.FORM.upload(image, expected));
                requests.add(UploadWay.RAW.upload(image, expected));
                requests.add(request(expected));
            }
            List<Integer> statuses = race(requests);
            assertThat(statuses).filteredOn(status -> status < 300).hasSize(1);
            assertThat(statuses).filteredOn(status -> status >= 300).allMatch(status -> status == 412 || status == 404);
            assertThat(RawClient.exchange(server.port(), UploadWay.FORM.upload(Form.png(round, 100)))
                            .status())
                    .isEqualTo(201);
        }
    }

    /** The last byte of each request is sent when all others have been. */
    private List<Integer> race(List<byte[]> requests) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        List<Integer> statuses = new ArrayList<>();
        try {
            for (byte[] request : requests) {
                clients.add(RawClient.connect(server.port()));
                clients.getLast().send(Arrays.copyOf(request, request.length - 1));
            }
            server.awaitTemporaryFiles(4);
            for (int i = 0; i < requests.size(); i++) {
                byte[] request = requests.get(i);
                clients.get(i).send(Arrays.copyOfRange(request, request.length - 1, request.length));
            }
            for (RawClient client : clients) {
                statuses.add(client.readResponse().status());
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        return statuses;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://elsewhere.example", "Sec-Fetch-Site: cross-site"})
    void rejectsDeletionsOfOtherSites(String header) throws Exception {
        server.assertRejects(403, request(header));
    }

    @Test
    void requiresTheToken() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "s3cret");
        try (ServerWithImage closed =
                ServerWithImage.start(folder.resolve("closed"), "UPLOAD_TOKEN_FILE", token.toString())) {
            Response response = closed.assertRejects(401, request());
            assertThat(response.header("WWW-Authenticate")).contains("Bearer realm=\"latest-image\"");
            closed.assertRejects(401, request("Authorization: Bearer other"));
            assertThat(RawClient.exchange(closed.port(), request("Authorization: Bearer s3cret"))
                            .status())
                    .isEqualTo(204);
            closed.assertHasNoImage();
        }
    }

    @Test
    void isRejectedWhenTheReplicaStops() throws Exception {
        server.server().state().drain();
        server.server().state().stop();
        Response response = server.assertRejects(503, request());
        assertThat(response.header("Retry-After")).contains("1");
        assertThat(response.header("Connection")).contains("close");
    }

    @Test
    void isPossibleWhileTheReplicaDrains() throws Exception {
        server.server().state().drain();
        Response response = delete();
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header("Connection")).contains("close");
        server.assertHasNoImage();
    }

    /** Its content has no meaning: RFC 9110, section 9.3.5. */
    @Test
    void ignoresABody() throws Exception {
        byte[] request = (RawClient.head("DELETE", "/image", "Content-Length: 5") + "12345").getBytes(ISO_8859_1);
        assertThat(RawClient.exchange(server.port(), request).status()).isEqualTo(204);
        server.assertHasNoImage();
    }

    private Response delete() throws Exception {
        return RawClient.exchange(server.port(), request());
    }

    private static byte[] request(String... headers) {
        return RawClient.head("DELETE", "/image", headers).getBytes(ISO_8859_1);
    }
}
