package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server does with the connections of clients that wait for another image. */
class WaitingConnectionTest {
    /** More than the platform threads of the server. */
    private static final int CLIENTS = 16;

    private static final byte[] FIRST = Form.png(1, 1000);
    /** More than the operating system buffers for a client that does not read. */
    private static final byte[] LARGE = Form.png(2, 8 << 20);

    @TempDir
    private Path folder;

    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
    }

    private RawClient send(int port, String requests) throws Exception {
        RawClient client = RawClient.connect(port);
        clients.add(client);
        client.send(requests);
        return client;
    }

    /** Its buffer is small, so that what it does not read waits in the server. */
    private RawClient sendSlowly(int port, String requests) throws Exception {
        RawClient client = RawClient.connect(port);
        clients.add(client);
        client.socket().setReceiveBufferSize(16 * 1024);
        client.send(requests);
        return client;
    }

    private static String upload(int port, byte[] image) throws Exception {
        Response created = RawClient.exchange(port, Form.upload(image));
        assertThat(created.status()).isEqualTo(201);
        return created.header("ETag").orElseThrow();
    }

    private static String waiting(String tag, int seconds) {
        return RawClient.head("GET", "/image", "If-None-Match: " + tag, "Prefer: wait=" + seconds);
    }

    /** Their responses are blocked in a write. That takes no thread that the next one needs. */
    @Test
    void answersOneAfterManyThatDoNotRead() throws Exception {
        try (TestServer server = TestServer.start(folder, "MAX_IMAGE_SIZE", "20MiB")) {
            String tag = upload(server.port(), FIRST);
            for (int i = 0; i < CLIENTS; i++) {
                sendSlowly(server.port(), waiting(tag, 40));
            }
            server.awaitWaiting(CLIENTS);
            RawClient reader = send(server.port(), waiting(tag, 50)); // the last one
            server.awaitWaiting(CLIENTS + 1);
            assertThat(upload(server.port(), LARGE)).isNotEqualTo(tag);
            assertThat(reader.readResponse().body()).isEqualTo(LARGE);
            close(); // the end of the server would wait for them
        }
    }

    /** The same for requests that were sent before the response to the previous one was complete. */
    @Test
    void answersOneAfterManyThatDoNotReadTheResponseToTheirNextRequest() throws Exception {
        try (TestServer server = TestServer.start(folder, "MAX_IMAGE_SIZE", "20MiB")) {
            String tag = upload(server.port(), LARGE);
            String requests = waiting(tag, 1) + RawClient.head("GET", "/image");
            List<RawClient> slow = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                slow.add(sendSlowly(server.port(), requests));
            }
            for (RawClient client : slow) {
                assertThat(client.readResponse().status()).isEqualTo(304);
            }
            RawClient reader = send(server.port(), requests);
            assertThat(reader.readResponse().status()).isEqualTo(304);
            assertThat(reader.readResponse().body()).isEqualTo(LARGE);
            close();
        }
    }

    /** Much shorter limits than those of the server, and of any server to which the WAR is deployed. */
    @Test
    void doesNotEndAWaitByLimitsOnIdleConnections() throws Exception {
        ReplicaState state = new ReplicaState();
        ServerConfig config = ServerConfig.parse(Map.of(
                "IMAGE_DIR", folder.resolve("data").toString(),
                "SPOOL_DIR", folder.resolve("spool").toString()));
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setIdleTimeout(1_000);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addEventListener(new WebApp(config, state));
        ActiveRequests requests = new ActiveRequests(new BodyIdleTimeout(context, Duration.ofSeconds(1)), state);
        connector.addBean(new SlowHeadWatch(connector, requests::isInFlight, Duration.ofMillis(1)));
        server.setHandler(new ConnectionCap(connector, requests, 100));
        server.start();
        try {
            String tag = upload(connector.getLocalPort(), FIRST);
            RawClient client = send(connector.getLocalPort(), waiting(tag, 3));
            Response response = client.readResponse();
            assertThat(response.status()).isEqualTo(304);
            assertThat(response.header("Preference-Applied")).contains("wait=3");
        } finally {
            state.stop();
            server.stop();
        }
    }

    /** The same in a server without the handlers of this one. */
    @Test
    void doesNotDependOnItsHandlers() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setIdleTimeout(1_000);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addEventListener(new WebApp(
                ServerConfig.parse(Map.of(
                        "IMAGE_DIR", folder.resolve("data").toString(),
                        "SPOOL_DIR", folder.resolve("spool").toString())),
                new ReplicaState()));
        server.setHandler(context);
        server.start();
        try {
            String tag = upload(connector.getLocalPort(), FIRST);
            Response response = send(connector.getLocalPort(), waiting(tag, 3)).readResponse();
            assertThat(response.status()).isEqualTo(304);
            assertThat(response.header("Preference-Applied")).contains("wait=3");
        } finally {
            server.stop();
        }
    }
}
