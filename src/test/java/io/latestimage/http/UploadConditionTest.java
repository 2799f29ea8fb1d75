package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.TestServer;
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

/** Protection against lost updates: RFC 9110, sections 13.1.1 and 13.1.2. */
class UploadConditionTest {
    private static final byte[] NEW = Form.png(1, 200_000);
    private static final int ROUNDS = 10;

    @TempDir
    private Path folder;

    @AutoClose
    private ServerWithImage server;

    @BeforeEach
    void start() throws Exception {
        server = ServerWithImage.start(folder);
    }

    /** TAG stands for the entity tag of the current image. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "201 | If-Match: TAG",
                "201 | If-Match: \"other\", TAG",
                "201 | If-Match: *",
                "412 | If-Match: \"other\"",
                "412 | If-Match: W/TAG",
                "400 | If-Match: ",
                "400 | If-Match: all*",
                "400 | If-Match: *, TAG",
                "400 | If-Match: TAG TAG",
                "201 | If-Match: , \"other\" ,TAG",
                "412 | If-None-Match: TAG",
                "412 | If-None-Match: W/TAG",
                "412 | If-None-Match: \"other\", TAG",
                "412 | If-None-Match: *",
                "400 | If-None-Match: foo",
                "400 | If-None-Match: \"a\", *",
                "400 | If-None-Match: *, *",
                "400 | If-None-Match: \"a",
                "400 | If-None-Match: 'a'",
                "400 | If-None-Match: w/\"a\"",
                "400 | If-None-Match: W/",
                "400 | If-None-Match: ",
                "400 | If-None-Match: ,",
                "400 | If-Match: TAG; If-None-Match: foo",
                "400 | If-Unmodified-Since: Fri, 01 Jan 2100 00:00:00 GMT",
                "400 | If-Unmodified-Since: yesterday",
                "201 | If-None-Match: \"other\"",
                "201 | If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT",
            })
    void replacesOnlyTheExpectedImage(int status, String condition) throws Exception {
        byte[] request = Form.upload(NEW, condition.replace("TAG", tag()).split("; "));
        if (status == 201) {
            assertThat(RawClient.exchange(server.port(), request).status()).isEqualTo(201);
            server.assertServes(NEW);
        } else {
            server.assertRejects(status, request);
        }
    }

    /** The lines are one list, which is malformed although none of its lines is: RFC 9110, section 5.3. */
    @Test
    void readsSeveralLinesAsOneList() throws Exception {
        String[] lines = {"If-None-Match: \"a\"", "If-None-Match: *"};
        server.assertRejects(400, Form.upload(NEW, lines));
        assertThat(RawClient.exchange(server.port(), Form.upload(NEW, "If-Match: \"a\"", "If-Match: " + tag()))
                        .status())
                .isEqualTo(201);
    }

    /** As many tags as fit into the headers of a request. */
    @Test
    void readsALongList() throws Exception {
        String many = "\"a\",".repeat(900);
        assertThat(RawClient.get(server.port(), "/image", "If-None-Match: " + many + tag())
                        .status())
                .isEqualTo(304);
        assertThat(RawClient.exchange(server.port(), Form.upload(NEW, "If-Match: " + many + tag()))
                        .status())
                .isEqualTo(201);
        server.assertServes(NEW);
        String tooMany = "\"a\",".repeat(1001);
        ServerWithImage.assertProblem(
                400, RawClient.exchange(server.port(), Form.upload(ServerWithImage.IMAGE, "If-Match: " + tooMany)));
        server.assertServes(NEW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "201 | If-None-Match: *",
                "201 | If-None-Match: \"a\"",
                "412 | If-Match: *",
                "412 | If-Match: \"a\""
            })
    void evaluatesConditionsWithoutAnImage(int status, String condition) throws Exception {
        try (TestServer empty = TestServer.start(folder.resolve("empty"))) {
            Response response = RawClient.exchange(empty.port(), Form.upload(NEW, condition));
            assertThat(response.status()).isEqualTo(status);
            assertThat(RawClient.get(empty.port(), "/image").status()).isEqualTo(status == 201 ? 200 : 404);
        }
    }

    /**
     * All expect the current image when their headers are checked. When their bodies are complete, only one still does.
     */
    @Test
    void letsExactlyOneUploadReplaceTheImageThatAllExpect() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            assertThat(race(round, "If-Match: " + tag()))
                    .extracting(Response::status)
                    .containsExactlyInAnyOrder(201, 412, 412, 412, 412, 412);
        }
    }

    @Test
    void letsAllUploadsWithoutConditionsReplaceTheImage() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            assertThat(race(round, "X-Nothing: else"))
                    .extracting(Response::status)
                    .containsExactly(201, 201, 201, 201, 201, 201);
        }
    }

    /** The image may change while an upload arrives. What counts is the image at the end of the upload. */
    @Test
    void decidesAtTheEndOfTheUpload() throws Exception {
        byte[] slow = Form.upload(NEW, "If-Match: " + tag());
        byte[] quick = Form.png(2, 100);
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(Arrays.copyOf(slow, slow.length - 1));
            server.awaitTemporaryFiles(1);
            assertThat(RawClient.exchange(server.port(), Form.upload(quick)).status())
                    .isEqualTo(201);
            client.send(new byte[] {slow[slow.length - 1]});
            ServerWithImage.assertProblem(412, client.readResponse());
        }
        server.assertServes(quick);
    }

    /** This replica's cached copy is older than the upload to another replica. */
    @Test
    void comparesWithTheVolumeAndNotWithTheCachedCopy() throws Exception {
        byte[] other = Form.png(3, 100);
        String old = tag();
        try (TestServer replica = TestServer.start(folder)) {
            assertThat(RawClient.exchange(replica.port(), Form.upload(other)).status())
                    .isEqualTo(201);
        }
        Response response = RawClient.exchange(server.port(), Form.upload(NEW, "If-Match: " + old));
        assertThat(response.status()).isEqualTo(412);
        server.assertServes(other);
    }

    private List<Response> race(int round, String condition) throws Exception {
        int count = 6;
        List<RawClient> clients = new ArrayList<>();
        List<Response> responses = new ArrayList<>();
        try {
            byte[] last = new byte[1];
            for (int i = 0; i < count; i++) {
                byte[] request = Form.upload(Form.png(100L * round + i, 100_000), condition);
                clients.add(RawClient.connect(server.port()));
                clients.getLast().send(Arrays.copyOf(request, request.length - 1));
                last[0] = request[request.length - 1];
            }
            server.awaitTemporaryFiles(count);
            for (RawClient client : clients) {
                client.send(last);
            }
            for (RawClient client : clients) {
                responses.add(client.readResponse());
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        server.awaitTemporaryFiles(0);
        return responses;
    }

    private String tag() throws Exception {
        return RawClient.get(server.port(), "/image").header("ETag").orElseThrow();
    }
}
