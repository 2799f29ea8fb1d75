package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that never end a body. They are not idle, and no read of a servlet returns that could notice. */
class BodyDeadlineTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    /** A body that begins with the first text, and goes on with the second for ever. */
    private record EndlessBody(String begin, String more) {}

    private static final List<EndlessBody> ENDLESS = List.of(
            new EndlessBody("1;extension=", "a"),
            new EndlessBody("0", "0"),
            new EndlessBody("0\r\nX-Trailer: ", "a"),
            new EndlessBody("1\r\na", "\n"));

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ManualScheduler scheduler = new ManualScheduler();
    private final CompletableFuture<Boolean> reply = new CompletableFuture<>();

    @AfterEach
    void stop() throws Exception {
        reply.complete(true);
        server.stop();
    }

    private void start(Handler handler) throws Exception {
        server.addConnector(connector);
        server.setHandler(handler);
        server.start();
    }

    /** Answers when the test says so. Reads the body before, or not at all. */
    private final class Waiting extends Handler.Abstract {
        private final boolean reads;

        Waiting(boolean reads) {
            this.reads = reads;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (reads) {
                Content.Source.asInputStream(request).readAllBytes();
            }
            reply.get(30, TimeUnit.SECONDS);
            callback.succeeded();
            return true;
        }
    }

    private RawClient send(String header, String body) throws IOException {
        RawClient client = RawClient.connect(connector.getLocalPort());
        client.send(RawClient.head("POST", "/", header) + body);
        return client;
    }

    private void awaitDeadline() throws Exception {
        Await.until("a deadline is set", () -> scheduler.delays().equals(List.of(LIMIT)));
    }

    @Test
    void closesAConnectionWhoseBodyHasNotEnded() throws Exception {
        start(new BodyDeadline(new Waiting(true), scheduler, LIMIT));
        try (RawClient client = send(CHUNKED, "1;a")) {
            client.socket().setSoTimeout(50);
            awaitDeadline();
            Await.until("the connection is ended", () -> {
                scheduler.runAll();
                return client.isEnded();
            });
        }
    }

    /** A response that is late is the server's fault: an upload waits for the volume, for example. */
    @Test
    void leavesARequestAloneWhoseBodyHasEnded() throws Exception {
        start(new BodyDeadline(new Waiting(true), scheduler, LIMIT));
        try (RawClient client = send(CHUNKED, "1\r\na\r\n0\r\n")) {
            awaitDeadline();
            client.send("\r\n");
            Await.until("the body has been read", () -> reply.getNumberOfDependents() > 0);
            scheduler.runAll();
            reply.complete(true);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        Await.until(
                "the deadline ends with the response", () -> scheduler.delays().isEmpty());
    }

    /** Nobody waits for the body of a download. The response may take as long as the client needs. */
    @Test
    void leavesARequestAloneWhoseBodyNobodyReads() throws Exception {
        start(new BodyDeadline(new Waiting(false), scheduler, LIMIT));
        try (RawClient client = send("Content-Length: 2", "a")) {
            awaitDeadline();
            scheduler.runAll();
            reply.complete(true);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void setsNoDeadlineWithoutABody() throws Exception {
        reply.complete(true);
        start(new BodyDeadline(new Waiting(true), scheduler, LIMIT));
        try (RawClient client = send("Content-Length: 0", "")) {
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(scheduler.delays()).isEmpty();
    }

    /** An upload, and a request that is rejected and whose body is read only so that the client gets the answer. */
    @Test
    void endsEndlessBodiesOfTheRealService(@TempDir Path folder) throws Exception {
        startService(folder, LIMIT);
        List<RawClient> clients = sendEndlessBodies();
        Await.until("all connections are ended", () -> sendMore(clients) == 0);
    }

    @Test
    void negativeControlWithoutADeadlineTheyStay(@TempDir Path folder) throws Exception {
        startService(folder, Duration.ofHours(1));
        List<RawClient> clients = sendEndlessBodies();
        long end = System.nanoTime() + LIMIT.multipliedBy(2).toNanos();
        long open = clients.size();
        while (System.nanoTime() - end < 0) {
            open = sendMore(clients);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        // Jetty itself rejects some of these bodies. A trailer and a chunk extension may be long.
        assertThat(open).isGreaterThanOrEqualTo(4);
        for (RawClient client : clients) {
            client.close();
        }
    }

    private void startService(Path folder, Duration limit) throws Exception {
        ServerConfig config =
                ServerConfig.parse(Map.of("IMAGE_DIR", folder.resolve("data").toString()));
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addEventListener(new WebApp(config, new ReplicaState()));
        start(new BodyDeadline(context, connector.getScheduler(), limit));
    }

    private List<RawClient> sendEndlessBodies() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (EndlessBody body : ENDLESS) {
            for (String path : List.of("/upload", "/nothing")) {
                RawClient client = RawClient.connect(connector.getLocalPort());
                client.socket().setSoTimeout(1);
                client.send(RawClient.head("POST", path, Form.CONTENT_TYPE, CHUNKED) + body.begin());
                clients.add(client);
            }
        }
        return clients;
    }

    /** Sends one more byte on each connection. Returns how many connections are still open. */
    private static long sendMore(List<RawClient> clients) {
        long open = 0;
        for (int i = 0; i < clients.size(); i++) {
            RawClient client = clients.get(i);
            try {
                client.send(ENDLESS.get(i / 2).more());
                open += client.isEnded() ? 0 : 1;
            } catch (IOException e) {
                // The connection is ended.
            }
        }
        return open;
    }
}
