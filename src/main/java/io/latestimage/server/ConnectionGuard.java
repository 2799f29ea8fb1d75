package io.latestimage.server;

import io.latestimage.http.ReplicaState;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the requests under way, says how to disconnect them, and ends connections that take too long over the head of
 * one. Jetty's idle timeout does not: a client that sends a byte now and then is never idle. Bodies are watched by the
 * servlet that reads them, but for a client that sends nothing at all: that one Jetty's timeout ends, which is shorter
 * while a body is expected.
 */
final class ConnectionGuard extends Handler.Wrapper {
    /** How long the head of a request may take, from its first byte on. */
    static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);
    private static final Duration BODY_IDLE_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ServerConnector connector;
    private final Duration headTimeout;
    private final ReplicaState lifecycle;
    private final Map<EndPoint, Response> underWay = new ConcurrentHashMap<>();
    /** Those on which, since the drain began, an answer has ended that did not say that it is the last. */
    private final Set<EndPoint> untold = ConcurrentHashMap.newKeySet();
    /** The connections that are between requests, as they were when last looked at. */
    private Map<EndPoint, Head> heads = Map.of();

    /**
     * How far a connection has come with the head of its next request.
     *
     * @param messages how many requests it has had before
     * @param bytes how many it had received when those were done, or as early after that as was looked
     * @param since when it was first seen to have received more, or 0 ({@link System#nanoTime()})
     */
    private record Head(long messages, long bytes, long since) {}

    ConnectionGuard(ServerConnector connector, Handler handler, ReplicaState lifecycle, Duration headTimeout) {
        super(handler);
        this.connector = connector;
        this.lifecycle = lifecycle;
        this.headTimeout = headTimeout;
    }

    int requestsUnderWay() {
        return underWay.size();
    }

    /** Whether answers are under way that began before the drain, and so do not say that they are the last. */
    boolean hasUntoldUnderWay() {
        return underWay.values().stream().anyMatch(response -> response.isCommitted() && !saysClose(response));
    }

    private static boolean saysClose(Response response) {
        return response.getHeaders().contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    }

    /** Whether such an answer has ended, and its client may send the next request on the same connection. */
    boolean hasUntold() {
        return untold.stream().anyMatch(EndPoint::isOpen);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        schedule();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        untold.remove(endPoint);
        underWay.put(endPoint, response);
        Request.addCompletionListener(request, _ -> complete(endPoint, response));
        request.addIdleTimeoutListener(_ -> false); // not reading and not writing, this end waits for the storage
        if (request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            long idleTimeout = endPoint.getIdleTimeout();
            endPoint.setIdleTimeout(BODY_IDLE_TIMEOUT.toMillis());
            Request.addCompletionListener(request, _ -> endPoint.setIdleTimeout(idleTimeout));
        }
        return super.handle(request, response, callback);
    }

    /**
     * Resets the connection of a request: what the system still keeps of the answer, which can be megabytes, is freed
     * at once. A write that is blocked fails; the server keeps that out of the log, where the store has said why.
     */
    static void disconnect(HttpServletRequest request) {
        EndPoint endPoint = ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        if (endPoint.getTransport() instanceof SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                LOG.debug("The connection is closed, not reset", e);
            }
        }
        endPoint.close(new EofException("the version is not kept any longer"));
    }

    private void complete(EndPoint endPoint, Response response) {
        if (lifecycle.phase() != ReplicaState.Phase.SERVING && !saysClose(response)) {
            untold.add(endPoint);
        }
        underWay.remove(endPoint);
    }

    private void schedule() {
        if (isRunning() || isStarting()) {
            Scheduler.Task _ = connector.getScheduler().schedule(this::look, INTERVAL);
        }
    }

    private void look() {
        try {
            endSlowHeads();
        } catch (Throwable e) {
            LOG.error("Slow request heads were not looked for, and will be in {} s", INTERVAL.toSeconds(), e);
        } finally {
            schedule();
        }
    }

    private void endSlowHeads() {
        long now = Math.max(1, System.nanoTime());
        Map<EndPoint, Head> found = new HashMap<>();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            if (endPoint.getConnection() == null || underWay.containsKey(endPoint)) {
                continue;
            }
            long messages = endPoint.getConnection().getMessagesIn();
            long bytes = endPoint.getConnection().getBytesIn();
            Head before = heads.get(endPoint);
            if (before == null || before.messages() != messages) {
                before = new Head(messages, messages == 0 ? 0 : bytes, 0);
            }
            if (before.since() != 0 && now - before.since() > headTimeout.toNanos()) {
                endPoint.close();
            } else if (before.since() == 0 && bytes > before.bytes()) {
                found.put(endPoint, new Head(messages, before.bytes(), now));
            } else {
                found.put(endPoint, before);
            }
        }
        heads = found;
    }
}
