package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that wait for another image. Each has the time that it asks for, and 30 s in which it must get the next byte:
 * so a test of a client that would wait for 50 s fails if nothing ends its wait. {@link WaitersTest} tests the times.
 */
class WaitingClientTest {
    private static final byte[] IMAGE = ServerWithImage.IMAGE;
    private static final byte[] NEXT = Form.png(1, 2000);
    private static final String LONG = "Prefer: wait=50";

    @TempDir
    private Path folder;

    private ServerWithImage server;
    private String tag;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = ServerWithImage.start(folder, "MAX_CONNECTIONS", "8");
        tag = RawClient.get(server.port(), "/image", "Connection: close")
                .header("ETag")
                .orElseThrow();
    }

    @AfterEach
    void stop() throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
        server.close();
    }

    private RawClient connect() throws Exception {
        RawClient client = RawClient.connect(server.port());
        clients.add(client);
        return client;
    }

    private RawClient send(String method, String... headers) throws Exception {
        RawClient client = connect();
        client.send(RawClient.head(method, "/image", headers));
        return client;
    }

    private RawClient startWaiting() throws Exception {
        RawClient client = send("GET", "If-None-Match: " + tag, LONG);
        server.server().awaitWaiting(clients.size());
        return client;
    }

    private void upload(int port) throws Exception {
        assertThat(RawClient.exchange(port, Form.upload(NEXT, "Connection: close"))
                        .status())
                .isEqualTo(201);
    }

    private static void assertNext(Response response) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(NEXT);
        assertThat(response.header("Preference-Applied")).contains("wait=50");
        assertThat(response.header("Connection")).isEmpty();
    }

    private void assertNotModified(Response response) {
        assertThat(response.status()).isEqualTo(304);
        assertThat(response.header("ETag")).contains(tag);
        assertThat(response.headers()).doesNotContainKeys("Content-Length", "Cache-Status");
    }

    @Test
    void getTheImageThatThisReplicaReceives() throws Exception {
        RawClient client = startWaiting();
        upload(server.port());
        assertNext(client.readResponse());
    }

    @Test
    void getTheImageThatAnotherReplicaReceives() throws Exception {
        try (TestServer replica = TestServer.start(folder)) {
            List<RawClient> several = List.of(startWaiting(), startWaiting(), startWaiting());
            upload(replica.port());
            for (RawClient client : several) {
                assertNext(client.readResponse());
            }
        }
        server.server().awaitWaiting(0);
    }

    @Test
    void learnThatNothingHasChangedWhenTheTimeIsOver() throws Exception {
        long begin = System.nanoTime();
        RawClient client = send("GET", "If-None-Match: \"other\", " + tag, "Prefer: respond-async", "Prefer: Wait = 1");
        Response response = client.readResponse();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertNotModified(response);
        assertThat(response.header("Preference-Applied")).contains("wait=1");
        client.send(RawClient.head("GET", "/image")); // the connection stays open
        assertThat(client.readResponse().body()).isEqualTo(IMAGE);
    }

    @Test
    void waitForAtMost50Seconds() throws Exception {
        RawClient client = send("GET", "If-None-Match: " + tag, "Prefer: wait=3600");
        server.server().awaitWaiting(1);
        upload(server.port());
        assertNext(client.readResponse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Nothing: else", "If-None-Match: \"other\"", "If-None-Match: malformed", "If-Match: *"})
    void getTheImageAtOnceIfTheyDoNotSayThatTheyHaveIt(String condition) throws Exception {
        Response response = send("GET", condition, LONG).readResponse();
        assertThat(response.body()).isEqualTo(IMAGE);
        assertThat(response.header("Preference-Applied")).isEmpty();
    }

    /** They have an image that is equivalent, or any image at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "If-None-Match: W/TAG",
                "If-None-Match: *",
                "If-Modified-Since: Sat, 03 Jan 2026 00:00:00 GMT",
            })
    void getA304AtOnceIfTheyDoNotNameExactlyTheImage(String condition) throws Exception {
        Response response = send("GET", condition.replace("TAG", tag), LONG).readResponse();
        assertNotModified(response);
        assertThat(response.header("Preference-Applied")).isEmpty();
    }

    @Test
    void failAtOnceIfAnotherConditionFails() throws Exception {
        Response response = send("GET", "If-None-Match: " + tag, "If-Match: \"other\"", LONG)
                .readResponse();
        ServerWithImage.assertProblem(412, response);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "wait=0", "wait=-1", "wait=x", "wait=\"50\"", "respond-async", "wait=x, wait=50"})
    void getA304AtOnceIfTheyDoNotPreferToWait(String preference) throws Exception {
        Response response =
                send("GET", "If-None-Match: " + tag, "Prefer: " + preference).readResponse();
        assertNotModified(response);
        assertThat(response.header("Preference-Applied")).isEmpty();
    }

    @Test
    void getA404WhenTheImageIsDeleted() throws Exception {
        RawClient client = startWaiting();
        byte[] delete = RawClient.head("DELETE", "/image", "Connection: close").getBytes(ISO_8859_1);
        assertThat(RawClient.exchange(server.port(), delete).status()).isEqualTo(204);
        Response response = client.readResponse();
        ServerWithImage.assertProblem(404, response);
        assertThat(response.header("Preference-Applied")).contains("wait=50");
    }

    @Test
    void mayAskForTheHeadersOnly() throws Exception {
        RawClient client = send("HEAD", "If-None-Match: " + tag, LONG);
        server.server().awaitWaiting(1);
        upload(server.port());
        Response response = client.readResponse(false);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Length")).contains(String.valueOf(NEXT.length));
        assertThat(response.header("Preference-Applied")).contains("wait=50");
        client.send(RawClient.head("GET", "/image")); // its response would be misread if HEAD had a body
        assertThat(client.readResponse().body()).isEqualTo(NEXT);
    }

    @Test
    void mayAskForARangeOfTheNextImage() throws Exception {
        RawClient client = send("GET", "If-None-Match: " + tag, "Range: bytes=1-3", LONG);
        server.server().awaitWaiting(1);
        upload(server.port());
        Response response = client.readResponse();
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.text()).isEqualTo("PNG");
    }

    @Test
    void mayWaitAgainAndAgainOnOneConnection() throws Exception {
        RawClient client = connect();
        for (int round = 0; round < 2; round++) {
            client.send(RawClient.head("GET", "/image", "If-None-Match: " + tag, "Prefer: wait=1"));
            assertNotModified(client.readResponse());
        }
        client.send(RawClient.head("GET", "/image", "If-None-Match: " + tag, LONG));
        server.server().awaitWaiting(1);
        upload(server.port());
        assertNext(client.readResponse());
    }

    @Test
    void mayHaveSentTheirNextRequestAlready() throws Exception {
        RawClient client = connect();
        String waiting = RawClient.head("GET", "/image", "If-None-Match: " + tag, "Prefer: wait=1");
        String other = RawClient.head("GET", "/healthz/liveness");
        client.send(waiting + other + waiting + RawClient.head("GET", "/image"));
        assertNotModified(client.readResponse());
        assertThat(client.readResponse().text()).isEqualTo("live\n");
        assertNotModified(client.readResponse());
        assertThat(client.readResponse().body()).isEqualTo(IMAGE);
    }

    @Test
    void mayHaveEndedTheirOutput() throws Exception {
        RawClient client = send("GET", "If-None-Match: " + tag, "Prefer: wait=1", "Connection: close");
        client.endOutput();
        assertNotModified(client.readResponse());
        assertThat(client.isEnded()).isTrue();
    }

    @Test
    void mayBeGoneBeforeTheirTimeIsOver() throws Exception {
        RawClient gone = startWaiting();
        RawClient stays = startWaiting();
        gone.close();
        upload(server.port());
        assertNext(stays.readResponse());
        server.server().awaitWaiting(0);
        server.assertServes(NEXT);
    }

    /** Three quarters of the connections may belong to clients that wait. */
    @Test
    void areAnsweredAtOnceIfTooManyWait() throws Exception {
        List<RawClient> waiting =
                List.of(startWaiting(), startWaiting(), startWaiting(), startWaiting(), startWaiting(), startWaiting());
        Response response = send("GET", "If-None-Match: " + tag, LONG).readResponse();
        assertNotModified(response);
        assertThat(response.header("Preference-Applied")).isEmpty();
        upload(server.port());
        for (RawClient client : waiting) {
            assertNext(client.readResponse());
        }
    }

    @Test
    void areAnsweredAtOnceWhileTheReplicaDrains() throws Exception {
        server.server().state().drain();
        Response response = send("GET", "If-None-Match: " + tag, LONG).readResponse();
        assertNotModified(response);
        assertThat(response.header("Preference-Applied")).isEmpty();
        assertThat(response.header("Connection")).contains("close");
    }

    @Test
    void areSentAwayByADrain() throws Exception {
        List<RawClient> waiting = List.of(startWaiting(), startWaiting(), startWaiting());
        Thread stopping = Thread.ofVirtual().start(server.server()::stop);
        for (RawClient client : waiting) {
            Response response = client.readResponse();
            assertNotModified(response);
            assertThat(response.header("Connection")).contains("close");
            assertThat(response.header("Preference-Applied")).isEmpty();
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(stopping.join(Duration.ofSeconds(60))).isTrue();
    }
}
