package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.http.ReplicaState;
import io.latestimage.testing.RawClient;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionGuardTest {
    private final Server server = new Server();
    private final AtomicInteger looks = new AtomicInteger();

    /** Fails at the first look with an Error, and never again. */
    private final class FailingOnce extends ServerConnector {
        FailingOnce() {
            super(server);
        }

        @Override
        public Collection<EndPoint> getConnectedEndPoints() {
            if (looks.incrementAndGet() == 1) {
                throw new StackOverflowError();
            }
            return super.getConnectedEndPoints();
        }
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void goesOnLookingAfterAnError() throws Exception {
        ServerConnector connector = new FailingOnce();
        server.addConnector(connector);
        server.setHandler(
                new ConnectionGuard(connector, new Handler.Sequence(), new ReplicaState(), Duration.ofSeconds(1)));
        server.start();
        try (RawClient slow = RawClient.connect(connector.getLocalPort())) {
            slow.send("GET /image HTTP/1.1\r\nX-Slow: ");
            assertThat(slow.isEnded()).isTrue();
        }
        assertThat(looks.get()).isGreaterThan(1);
    }
}
