package io.latestimage.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Await;
import io.latestimage.testing.RawClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyIdleTimeoutTest {
    private static final long IDLE_MILLIS = 60_000;
    private static final long BODY_IDLE_MILLIS = 15_000;

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final CompletableFuture<EndPoint> connection = new CompletableFuture<>();
    private final AtomicLong timeoutInFlight = new AtomicLong();
    private volatile CompletableFuture<Boolean> reply = CompletableFuture.completedFuture(true);

    private final class Recording extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
            timeoutInFlight.set(endPoint.getIdleTimeout());
            connection.complete(endPoint);
            reply.get(30, TimeUnit.SECONDS);
            Content.Source.consumeAll(request, callback);
            return true;
        }
    }

    @BeforeEach
    void addConnector() {
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
    }

    private void start(long bodyIdleMillis) throws Exception {
        server.setHandler(new BodyIdleTimeout(new Recording(), Duration.ofMillis(bodyIdleMillis)));
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: 1, 15000",
        "Transfer-Encoding: chunked, 15000",
        "Content-Length: 0, 60000",
        "X: y, 60000"
    })
    void isShorterOnlyWhileARequestHasABody(String header, long expected) throws Exception {
        start(BODY_IDLE_MILLIS);
        String body = header.startsWith("T") ? "0\r\n\r\n" : "x".repeat(header.endsWith("1") ? 1 : 0);
        try (RawClient client = RawClient.connect(connector.getLocalPort())) {
            client.send((RawClient.head("POST", "/", header) + body).getBytes(ISO_8859_1));
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(timeoutInFlight).hasValue(expected);
            EndPoint endPoint = connection.get(30, TimeUnit.SECONDS);
            Await.until("the timeout between requests", () -> endPoint.getIdleTimeout() == IDLE_MILLIS);
        }
    }

    /** Without the shorter timeout, this connection would stay open for longer than the client waits for its end. */
    @Test
    void endsAnUploadWhoseClientSendsNothingMore() throws Exception {
        start(50);
        try (RawClient client = RawClient.connect(connector.getLocalPort())) {
            client.send(RawClient.head("POST", "/", "Content-Length: 2") + "x");
            byte[] received = client.socket().getInputStream().readAllBytes();
            assertThat(new String(received, ISO_8859_1)).doesNotStartWith("HTTP/1.1 200");
        }
    }

    /** An upload that waits for a place neither reads nor writes. That is not the fault of its client. */
    @Test
    void doesNotEndARequestThatWaitsForTheServer() throws Exception {
        start(BODY_IDLE_MILLIS);
        reply = new CompletableFuture<>();
        try (RawClient client = RawClient.connect(connector.getLocalPort())) {
            client.send(RawClient.head("POST", "/", "Content-Length: 1") + "x");
            EndPoint endPoint = connection.get(30, TimeUnit.SECONDS);
            endPoint.setIdleTimeout(1);
            client.socket().setSoTimeout(500);
            assertThat(client.isSilent()).isTrue();
            endPoint.setIdleTimeout(IDLE_MILLIS);
            reply.complete(true);
            client.socket().setSoTimeout(30_000);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }
}
