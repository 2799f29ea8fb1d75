package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.http.ReplicaState.Phase;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The end of a replica, for a client in the middle of a download. Its answer began when nothing was known of an end, so
 * it did not say that it is the last, and a proxy uses such a connection for whatever comes next.
 */
class LastRequestTest {
    private static final byte[] NEXT = Form.png(1, 5_000);
    /** More than the system buffers between the two ends. */
    private static final byte[] LARGE = Form.png(2, 48 << 20);

    @TempDir
    private Path folder;

    @AutoClose
    private TestServer server;

    @AutoClose
    private RawClient client;

    private Thread stopping;

    @BeforeEach
    void beginTheDownloadAndStop() throws Exception {
        server = TestServer.start(folder, "MAX_IMAGE_SIZE", "64MiB", "DRAIN_TIME", "1s", "UPLOAD_TIMEOUT", "2m");
        assertThat(RawClient.exchange(server.port(), Form.upload(LARGE)).status())
                .isEqualTo(201);
        client = RawClient.connect(server.port());
        client.send(RawClient.head("GET", "/image"));
        Await.until(
                "the answer has begun", () -> client.socket().getInputStream().available() > 0);
        stopping = Thread.ofVirtual().start(server::stop);
        Await.until("it drains", () -> server.lifecycle().phase() == Phase.DRAINING);
        TimeUnit.MILLISECONDS.sleep(2_000); // well beyond the drain time
        readLarge();
    }

    private void readLarge() throws Exception {
        Response response = client.readResponse();
        assertThat(response.header("Connection")).isEmpty();
        assertThat(response.body()).isEqualTo(LARGE);
    }

    @Test
    void takesTheNextUploadOnTheSameConnectionAndTellsItToLeave() throws Exception {
        TimeUnit.MILLISECONDS.sleep(500);
        client.send(Form.upload(NEXT));
        Response response = client.readResponse();
        assertThat(response.status()).as(response.text()).isEqualTo(201);
        assertThat(response.header("Connection")).contains("close");
        assertThat(client.isEnded()).isTrue();
        assertThat(server.storedImage()).isEqualTo(NEXT);
        assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void doesNotWaitForEverForTheNextRequest() throws Exception {
        assertThat(client.isEnded()).isTrue();
        assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
    }
}
