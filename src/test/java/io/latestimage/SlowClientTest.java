package io.latestimage;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.http.Lifecycle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are never idle and never done. They hold a connection each, and are to lose it. */
@Tag("system")
class SlowClientTest {
    private static final int CONNECTIONS = 500;
    private static final int UPLOADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    /** What is left of them, after each has sent one more byte. */
    private final List<RawClient> slow = new ArrayList<>();

    @Test
    void endsThoseWhoSendOneByteASecond() throws Exception {
        byte[] image = Form.png(1, 10_000);
        try (ServiceProcess service = ServiceProcess.start(
                Main.class,
                List.of(),
                Map.of("IMAGE_DIR", folder.resolve("data").toString()))) {
            connect(service.port());
            List<RawClient> uploads = new ArrayList<>();
            for (int i = 0; i < UPLOADS; i++) {
                uploads.add(RawClient.connect(service.port()));
                byte[] form = Form.of(image);
                uploads.get(i)
                        .send(RawClient.head("POST", "/upload", Form.CONTENT_TYPE, "Content-Length: " + form.length));
                uploads.get(i).send(java.util.Arrays.copyOf(form, 300));
            }
            Eventually.holds("all slow connections are ended", PATIENCE, () -> {
                sendOneByteEach();
                for (RawClient upload : uploads) {
                    sendQuietly(upload);
                }
                assertThat(RawClient.exchange(service.port(), Form.upload(image))
                                .status())
                        .isEqualTo(201);
                assertThat(RawClient.get(service.port(), "/image").body()).isEqualTo(image);
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                return slow.isEmpty();
            });
            for (RawClient upload : uploads) {
                RawClient.Response answer = upload.readResponse();
                assertThat(answer.status()).isEqualTo(408);
                assertThat(answer.header("Connection")).contains("close");
                upload.close();
            }
            assertThat(RawClient.get(service.port(), "/image").body()).isEqualTo(image);
        } finally {
            close();
        }
    }

    /** The time for the head of a request is a parameter of the guard's: here an hour. */
    @Test
    void negativeControlWithoutTheGuardTheyStay() throws Exception {
        ServerConfig config =
                ServerConfig.parse(Map.of("IMAGE_DIR", folder.resolve("data").toString()));
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addEventListener(new WebApp(config, new Lifecycle()));
        server.setHandler(new ConnectionGuard(connector, context, Duration.ofHours(1)));
        server.start();
        try {
            connect(connector.getLocalPort());
            long twice = System.nanoTime()
                    + ConnectionGuard.HEAD_TIMEOUT.multipliedBy(2).toNanos();
            while (System.nanoTime() - twice < 0) {
                sendOneByteEach();
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
            assertThat(slow).hasSize(CONNECTIONS);
        } finally {
            close();
            server.stop();
        }
    }

    private void connect(int port) throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            RawClient client = RawClient.connect(port);
            client.socket().setSoTimeout(1);
            client.send("GET /image HTTP/1.1\r\nX-Slow: ");
            slow.add(client);
        }
    }

    private void sendOneByteEach() {
        slow.removeIf(client -> !sendQuietly(client) || client.isEnded());
    }

    /** Whether the connection still takes what is sent. */
    private static boolean sendQuietly(RawClient client) {
        try {
            client.send("a");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void close() throws IOException {
        for (RawClient client : slow) {
            client.close();
        }
    }
}
