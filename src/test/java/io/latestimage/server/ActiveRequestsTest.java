package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.http.ReplicaState;
import io.latestimage.testing.Await;
import io.latestimage.testing.RawClient;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ActiveRequestsTest {
    private static final int SIZE = 2;

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ReplicaState state = new ReplicaState();
    private final ActiveRequests requests = new ActiveRequests(new TwoSteps(), state);
    private final Semaphore steps = new Semaphore(0);

    @AutoClose
    private RawClient client;

    /** Sends the head and one byte after the first permit, and the second byte after the second. */
    private final class TwoSteps extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            steps.acquire();
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, SIZE);
            if (Request.getPathInContext(request).equals("/close")) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
            }
            try (Blocker.Callback written = Blocker.callback()) {
                response.write(false, ByteBuffer.allocate(1), written);
                written.block();
            }
            steps.acquire();
            response.write(true, ByteBuffer.allocate(1), callback);
            return true;
        }
    }

    @BeforeEach
    void start() throws Exception {
        server.addConnector(connector);
        server.setHandler(requests);
        server.start();
        client = RawClient.connect(connector.getLocalPort());
    }

    @AfterEach
    void stop() throws Exception {
        steps.release(100);
        server.stop();
    }

    private void send(String path) throws Exception {
        client.send(RawClient.head("GET", path));
        Await.until("a request is in flight", () -> requests.count() == 1);
    }

    private void awaitHead() throws Exception {
        steps.release();
        Await.until("the head is sent", () -> client.socket().getInputStream().available() > 0);
    }

    private void end() throws Exception {
        steps.release();
        assertThat(client.readResponse().body()).hasSize(SIZE);
        Await.until("no request is in flight", () -> requests.count() == 0);
    }

    @Test
    void knowsARequestFromItsHeadToItsEnd() throws Exception {
        assertThat(requests.count()).isZero();
        send("/");
        assertThat(connector.getConnectedEndPoints()).allMatch(requests::isInFlight);
        awaitHead();
        assertThat(requests.count()).isOne();
        end();
        assertThat(connector.getConnectedEndPoints()).hasSize(1).noneMatch(requests::isInFlight);
    }

    @Test
    void findsAKeepAliveResponseOnceItsHeadIsSent() throws Exception {
        send("/");
        assertThat(requests.hasKeepAliveResponse()).isFalse(); // it can still say Connection: close
        awaitHead();
        assertThat(requests.hasKeepAliveResponse()).isTrue();
        end();
        assertThat(requests.hasKeepAliveResponse()).isFalse();
    }

    @Test
    void findsNoKeepAliveResponseIfTheHeadSaysClose() throws Exception {
        state.drain();
        send("/close");
        awaitHead();
        assertThat(requests.hasKeepAliveResponse()).isFalse();
        end();
        assertThat(requests.hasKeepAliveConnection()).isFalse();
    }

    @Test
    void findsAKeepAliveConnectionUntilItsNextRequest() throws Exception {
        send("/");
        awaitHead();
        state.drain();
        assertThat(requests.hasKeepAliveConnection()).isFalse(); // its response is still in flight
        end();
        assertThat(requests.hasKeepAliveConnection()).isTrue();
        send("/close");
        assertThat(requests.hasKeepAliveConnection()).isFalse();
        awaitHead();
        end();
        assertThat(requests.hasKeepAliveConnection()).isFalse();
    }

    @Test
    void forgetsAKeepAliveConnectionThatItsClientCloses() throws Exception {
        send("/");
        awaitHead();
        state.drain();
        end();
        client.close();
        Await.until("the server sees the end", () -> !requests.hasKeepAliveConnection());
    }

    /** A drain does not wait for connections whose last response ended before it: there may be thousands. */
    @Test
    void ignoresConnectionsThatWereIdleBeforeTheDrain() throws Exception {
        send("/");
        awaitHead();
        end();
        state.drain();
        assertThat(requests.hasKeepAliveConnection()).isFalse();
    }
}
