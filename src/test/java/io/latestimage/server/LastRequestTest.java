package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.StoredImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The end of a replica, for a client in the middle of a download. Its response began before the signal, so it did not
 * say {@code Connection: close}, and a proxy reuses such a connection for its next request.
 */
class LastRequestTest {
    private static final byte[] NEXT = Form.png(1, 5_000);
    /** More than the operating system buffers between the two ends. */
    private static final byte[] LARGE = Form.png(2, 48 << 20);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock();
    private final ReplicaState state = new ReplicaState();
    private ImageServer server;

    @AutoClose
    private RawClient client;

    private Thread stopping;

    @BeforeEach
    void beginTheDownloadAndStop() throws Exception {
        ServerConfig config = ServerConfig.parse(Map.of(
                "APP_PORT", "0",
                "IMAGE_DIR", folder.resolve("data").toString(),
                "SPOOL_DIR", folder.resolve("spool").toString(),
                "MAX_IMAGE_SIZE", "64MiB",
                "DRAIN_TIME", "1s",
                "UPLOAD_TIMEOUT", "2m"));
        server = new ImageServer(config, state, new WebApp(config, state), clock);
        server.start();
        assertThat(RawClient.exchange(server.port(), Form.upload(LARGE)).status())
                .isEqualTo(201);
        client = RawClient.connect(server.port());
        client.send(RawClient.head("GET", "/image"));
        Await.until(
                "the response has begun", () -> client.socket().getInputStream().available() > 0);
        stopping = Thread.ofVirtual().start(server::stop);
        Await.until("it drains", () -> !state.isReady());
        clock.advance(Duration.ofSeconds(20)); // well beyond the drain time
        readLarge();
    }

    @AfterEach
    void stop() {
        clock.run();
        server.stop();
    }

    private void readLarge() throws Exception {
        Response response = client.readResponse();
        assertThat(response.header("Connection")).isEmpty();
        assertThat(response.body()).isEqualTo(LARGE);
    }

    @Test
    void acceptsTheNextUploadOnTheSameConnectionAndClosesIt() throws Exception {
        clock.advance(Duration.ofMillis(1_500));
        client.send(Form.upload(NEXT));
        Response response = client.readResponse();
        assertThat(response.status()).as(response.text()).isEqualTo(201);
        assertThat(response.header("Connection")).contains("close");
        assertThat(client.isEnded()).isTrue();
        assertThat(StoredImage.read(folder.resolve("data"))).isEqualTo(NEXT);
        assertThat(stopping.join(PATIENCE)).isTrue();
    }

    @Test
    void doesNotWaitForeverForTheNextRequest() throws Exception {
        clock.run();
        assertThat(client.isEnded()).isTrue();
        assertThat(stopping.join(PATIENCE)).isTrue();
    }
}
