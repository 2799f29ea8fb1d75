package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Await;
import io.latestimage.testing.RawClient;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlowHeadWatchTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String INCOMPLETE_HEAD = "GET /image HTTP/1.1\r\nX-Slow: ";

    private final Server server = new Server();
    private final AtomicInteger checks = new AtomicInteger();
    private final AtomicBoolean inFlight = new AtomicBoolean();

    /** Fails at the first check with an Error, and never again. */
    private final class FailingOnce extends ServerConnector {
        FailingOnce() {
            super(server);
        }

        @Override
        public Collection<EndPoint> getConnectedEndPoints() {
            if (checks.incrementAndGet() == 1) {
                throw new StackOverflowError();
            }
            return super.getConnectedEndPoints();
        }
    }

    private ServerConnector start(ServerConnector connector) throws Exception {
        server.addConnector(connector);
        server.setHandler(new Handler.Sequence()); // answers 404
        server.start();
        return connector;
    }

    /** A watch that is not started: it checks when the test says so, at the time that the test says. */
    private SlowHeadWatch watch(ServerConnector connector) {
        return new SlowHeadWatch(connector, _ -> inFlight.get(), TIMEOUT);
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private static void awaitBytes(ServerConnector connector, long count) throws Exception {
        Await.until("the server has the bytes", () -> {
            List<EndPoint> endPoints = List.copyOf(connector.getConnectedEndPoints());
            return endPoints.size() == 1
                    && endPoints.getFirst().getConnection() != null
                    && endPoints.getFirst().getConnection().getBytesIn() >= count;
        });
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void goesOnCheckingAfterAnError() throws Exception {
        ServerConnector connector = new FailingOnce();
        connector.addBean(new SlowHeadWatch(connector, _ -> false, Duration.ofSeconds(1)));
        start(connector);
        try (RawClient slow = RawClient.connect(connector.getLocalPort())) {
            slow.send(INCOMPLETE_HEAD);
            assertThat(slow.isEnded()).isTrue();
        }
        assertThat(checks.get()).isGreaterThan(1);
    }

    @Test
    void closesAConnectionOnlyWhenItsHeadTakesLongerThanTheTimeout() throws Exception {
        ServerConnector connector = start(new ServerConnector(server));
        SlowHeadWatch watch = watch(connector);
        try (RawClient slow = RawClient.connect(connector.getLocalPort())) {
            slow.send(INCOMPLETE_HEAD);
            awaitBytes(connector, INCOMPLETE_HEAD.length());
            watch.closeSlowHeads(seconds(0)); // also a value of System.nanoTime()
            watch.closeSlowHeads(seconds(10));
            assertThat(connector.getConnectedEndPoints()).hasSize(1);
            watch.closeSlowHeads(seconds(11));
            assertThat(slow.isEnded()).isTrue();
        }
    }

    @Test
    void leavesAConnectionWithARequestInFlight() throws Exception {
        ServerConnector connector = start(new ServerConnector(server));
        SlowHeadWatch watch = watch(connector);
        inFlight.set(true);
        try (RawClient client = RawClient.connect(connector.getLocalPort())) {
            client.send(INCOMPLETE_HEAD);
            awaitBytes(connector, INCOMPLETE_HEAD.length());
            watch.closeSlowHeads(seconds(1));
            watch.closeSlowHeads(seconds(100));
            assertThat(connector.getConnectedEndPoints()).hasSize(1);
        }
    }

    @Test
    void leavesAConnectionThatIsIdleBetweenTwoRequests() throws Exception {
        ServerConnector connector = start(new ServerConnector(server));
        SlowHeadWatch watch = watch(connector);
        try (RawClient client = RawClient.connect(connector.getLocalPort())) {
            client.send(RawClient.head("GET", "/image"));
            assertThat(client.readResponse().status()).isEqualTo(404);
            watch.closeSlowHeads(seconds(1));
            watch.closeSlowHeads(seconds(100));
            assertThat(connector.getConnectedEndPoints()).hasSize(1);
        }
    }

    @Test
    void measuresTheHeadOfTheSecondRequestFromItsOwnFirstByte() throws Exception {
        ServerConnector connector = start(new ServerConnector(server));
        SlowHeadWatch watch = watch(connector);
        String complete = RawClient.head("GET", "/image");
        try (RawClient client = RawClient.connect(connector.getLocalPort())) {
            client.send(complete);
            assertThat(client.readResponse().status()).isEqualTo(404);
            watch.closeSlowHeads(seconds(1));
            client.send(INCOMPLETE_HEAD);
            awaitBytes(connector, complete.length() + INCOMPLETE_HEAD.length());
            watch.closeSlowHeads(seconds(100));
            watch.closeSlowHeads(seconds(110));
            assertThat(connector.getConnectedEndPoints()).hasSize(1);
            watch.closeSlowHeads(seconds(111));
            assertThat(client.isEnded()).isTrue();
        }
    }
}
