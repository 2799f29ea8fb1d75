package io.latestimage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Counts the requests under way, and ends connections that take too long over the head of one. Jetty's idle timeout
 * does not: a client that sends a byte now and then is never idle. Bodies are watched by the servlet that reads them,
 * but for a client that sends nothing at all: that one Jetty's timeout ends, which is shorter while a body is expected.
 */
final class ConnectionGuard extends Handler.Wrapper {
    /** How long the head of a request may take, from its first byte on. */
    static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration BODY_IDLE_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ServerConnector connector;
    private final Duration headTimeout;
    private final Set<EndPoint> underWay = ConcurrentHashMap.newKeySet();
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

    ConnectionGuard(ServerConnector connector, Handler handler, Duration headTimeout) {
        super(handler);
        this.connector = connector;
        this.headTimeout = headTimeout;
    }

    int requestsUnderWay() {
        return underWay.size();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        schedule();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        underWay.add(endPoint);
        Request.addCompletionListener(request, _ -> underWay.remove(endPoint));
        request.addIdleTimeoutListener(_ -> false); // not reading and not writing, this end waits for the storage
        if (request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            long idleTimeout = endPoint.getIdleTimeout();
            endPoint.setIdleTimeout(BODY_IDLE_TIMEOUT.toMillis());
            Request.addCompletionListener(request, _ -> endPoint.setIdleTimeout(idleTimeout));
        }
        return super.handle(request, response, callback);
    }

    private void schedule() {
        if (isRunning() || isStarting()) {
            Scheduler.Task _ = connector.getScheduler().schedule(this::look, INTERVAL);
        }
    }

    private void look() {
        long now = Math.max(1, System.nanoTime());
        Map<EndPoint, Head> found = new HashMap<>();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            if (endPoint.getConnection() == null || underWay.contains(endPoint)) {
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
        schedule();
    }
}
