package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.SlowReader;
import io.latestimage.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that does not read on keeps an image that nobody else wants, and is blocked in the middle of a write. */
class RevokedReaderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] FIRST = Form.png(1, SlowReader.SIZE);
    private static final byte[] SECOND = Form.png(2, 10_000);
    private static final byte[] THIRD = Form.png(3, 10_000);
    private static final byte[] FOURTH = Form.png(4, 10_000);

    @TempDir
    private Path folder;

    @Test
    void isDisconnectedWhenItsSpaceIsNeeded() throws Exception {
        try (TestServer server = TestServer.start(folder, "MAX_IMAGE_SIZE", "20MiB", "SPOOL_SIZE", "0B")) {
            int port = server.port();
            upload(port, FIRST);
            SlowReader inTime = SlowReader.start(port);
            try (SlowReader reader = SlowReader.start(port)) {
                upload(port, SECOND);
                assertFresh(port, SECOND);
                assertThat(inTime.readRest()).as("read before the next one").isEqualTo(FIRST);
                inTime.close();
                upload(port, THIRD);
                assertFresh(port, THIRD);
                assertThat(readiness(port).status()).isEqualTo(200);
                Await.until("disconnected, without having read on", PATIENCE, () -> server.connections() == 0);
                assertThat(reader.readRest()).hasSizeLessThan(SlowReader.SIZE);
            }
        }
    }

    /** A server that does not say how to disconnect it, as others do not. It heals when the reader goes. */
    @Test
    void isAFaultOfTheReplicaInAServerThatDoesNotDisconnectIt() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addEventListener(new WebApp(
                ServerConfig.parse(Map.of(
                        "IMAGE_DIR", folder.resolve("data").toString(),
                        "SPOOL_DIR", folder.resolve("spool").toString(),
                        "SPOOL_SIZE", "0B")),
                new ReplicaState()));
        server.setHandler(context);
        server.start();
        try {
            int port = connector.getLocalPort();
            upload(port, FIRST);
            try (SlowReader reader = SlowReader.start(port)) {
                upload(port, SECOND);
                assertFresh(port, SECOND);
                upload(port, THIRD);
                RawClient.Response stale = RawClient.get(port, "/image", "Connection: close");
                assertThat(stale.status()).isEqualTo(200);
                assertThat(stale.body()).isEqualTo(SECOND);
                assertThat(stale.header("Cache-Status")).contains("latest-image; fwd=stale; detail=replica-fault");
                assertThat(readiness(port).status()).isEqualTo(503);
                assertThat(readiness(port).text()).contains("slow clients hold too much of the spool");
                upload(port, FOURTH); // is taken all the same
                assertThat(reader.readRest()).hasSizeLessThan(SlowReader.SIZE); // between two writes
                Await.until("ready", PATIENCE, () -> readiness(port).status() == 200);
                assertFresh(port, FOURTH);
            }
        } finally {
            server.stop();
        }
    }

    private static void upload(int port, byte[] image) throws IOException {
        assertThat(RawClient.exchange(port, Form.upload(image)).status()).isEqualTo(201);
    }

    private static RawClient.Response readiness(int port) throws IOException {
        return RawClient.get(port, "/healthz/readiness", "Connection: close");
    }

    private static void assertFresh(int port, byte[] image) throws IOException {
        RawClient.Response response = RawClient.get(port, "/image", "Connection: close");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Cache-Status")).isEmpty();
        assertThat(response.body()).isEqualTo(image);
    }
}
