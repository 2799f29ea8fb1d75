package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.TestServer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are never idle and never done. Each holds a connection, and the server closes it. */
@Tag("system")
class SlowClientTest {
    private static final int CONNECTIONS = 500;
    private static final int UPLOADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    /** The connections that are still open, after each client has sent one more byte. */
    private final List<RawClient> slow = new ArrayList<>();

    /** Uploads at the same rate. */
    private final List<RawClient> uploads = new ArrayList<>();

    private final byte[] image = Form.png(1, 10_000);

    @Test
    void closesConnectionsOfClientsThatSendOneByteASecond() throws Exception {
        try (TestServer service = TestServer.start(folder)) {
            connect(service.port());
            Await.until("all slow connections are ended", PATIENCE, () -> {
                sendOneByteEach();
                assertThat(upload(service.port())).isEqualTo(201);
                assertThat(RawClient.get(service.port(), "/image").body()).isEqualTo(image);
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                return slow.isEmpty();
            });
            for (RawClient upload : uploads) {
                RawClient.Response answer = upload.readResponse();
                assertThat(answer.status()).isEqualTo(408);
                assertThat(answer.header("Connection")).contains("close");
            }
            assertThat(RawClient.get(service.port(), "/image").body()).isEqualTo(image);
        } finally {
            close();
        }
    }

    /** Here a request head may take an hour, and an upload has no minimum rate. */
    @Test
    void negativeControlWithoutLimitsTheyStay() throws Exception {
        ServerConfig config =
                ServerConfig.parse(Map.of("IMAGE_DIR", folder.resolve("data").toString(), "MIN_DATA_RATE", "0B"));
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addEventListener(new WebApp(config, new ReplicaState()));
        BodyIdleTimeout bodies =
                new BodyIdleTimeout(context, config.timeBudgets().bodyIdleTimeout());
        ActiveRequests requests = new ActiveRequests(bodies, new ReplicaState());
        connector.addBean(new SlowHeadWatch(connector, requests::isInFlight, Duration.ofHours(1)));
        server.setHandler(requests);
        server.start();
        try {
            connect(connector.getLocalPort());
            Duration twice = SlowHeadWatch.HEAD_TIMEOUT.multipliedBy(2);
            long end = System.nanoTime() + twice.toNanos();
            while (System.nanoTime() - end < 0) {
                sendOneByteEach();
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
            assertThat(slow).hasSize(CONNECTIONS);
            for (RawClient upload : uploads) {
                upload.socket().setSoTimeout(1);
                assertThatThrownBy(upload::readResponse).isInstanceOf(SocketTimeoutException.class);
            }
        } finally {
            close();
            server.stop();
        }
    }

    private int upload(int port) throws IOException {
        return RawClient.exchange(port, Form.upload(image)).status();
    }

    private void connect(int port) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            RawClient client = RawClient.connect(port);
            client.socket().setSoTimeout(1);
            client.send("GET /image HTTP/1.1\r\nX-Slow: ");
            slow.add(client);
        }
        byte[] request = Form.upload(image);
        for (int i = 0; i < UPLOADS; i++) {
            RawClient client = RawClient.connect(port);
            client.send(Arrays.copyOf(request, 500));
            uploads.add(client);
        }
    }

    private void sendOneByteEach() {
        slow.removeIf(client -> !sendQuietly(client) || client.isEnded());
        uploads.forEach(SlowClientTest::sendQuietly);
    }

    /** Whether the connection still accepts data. */
    private static boolean sendQuietly(RawClient client) {
        try {
            client.send("a");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void close() throws IOException {
        for (List<RawClient> clients : List.of(slow, uploads)) {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
