package io.latestimage.server;

import io.latestimage.http.ReplicaState;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Knows which requests are in flight, and which connections have been sent {@code Connection: close} since the drain
 * began. A client may send its next request on a connection that has not been sent it. See
 * {@code docs/decisions/0004-drain-and-connection-close.md}.
 */
final class ActiveRequests extends Handler.Wrapper implements Shutdown.Requests {
    private final ReplicaState state;
    /** HTTP/1.1 has one request at a time on a connection. */
    private final Map<EndPoint, Response> inFlight = new ConcurrentHashMap<>();
    /** Connections on which a response without {@code Connection: close} has ended since the drain began. */
    private final Set<EndPoint> keptAlive = ConcurrentHashMap.newKeySet();

    ActiveRequests(Handler handler, ReplicaState state) {
        super(handler);
        this.state = state;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        keptAlive.remove(endPoint);
        inFlight.put(endPoint, response);
        Request.addCompletionListener(request, _ -> complete(endPoint, response));
        return super.handle(request, response, callback);
    }

    private void complete(EndPoint endPoint, Response response) {
        if (state.closesConnections() && !saysClose(response)) {
            keptAlive.add(endPoint);
        }
        inFlight.remove(endPoint);
    }

    private static boolean saysClose(Response response) {
        return response.getHeaders().contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    }

    /** Whether a request is in flight on this connection. */
    boolean isInFlight(EndPoint endPoint) {
        return inFlight.containsKey(endPoint);
    }

    @Override
    public int count() {
        return inFlight.size();
    }

    @Override
    public boolean hasKeepAliveResponse() {
        return inFlight.values().stream().anyMatch(response -> response.isCommitted() && !saysClose(response));
    }

    @Override
    public boolean hasKeepAliveConnection() {
        return keptAlive.stream().anyMatch(EndPoint::isOpen);
    }
}
