package io.latestimage.server;

import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Shortens the idle timeout of a connection while it carries a request with a body. Otherwise a client that stops in
 * the middle of an upload would hold a place until the much longer timeout between requests. The servlet that reads the
 * body watches clients that are slow but not idle.
 */
final class BodyIdleTimeout extends Handler.Wrapper {
    private final Duration timeout;

    /**
     * Wraps a handler.
     *
     * @param timeout how long a client may send nothing while the server reads a body
     */
    BodyIdleTimeout(Handler handler, Duration timeout) {
        super(handler);
        this.timeout = timeout;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        // A request that neither reads nor writes is waiting for the storage or for a place, not for its client.
        request.addIdleTimeoutListener(_ -> false);
        if (request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
            long idleTimeout = endPoint.getIdleTimeout();
            endPoint.setIdleTimeout(timeout.toMillis());
            Request.addCompletionListener(request, _ -> endPoint.setIdleTimeout(idleTimeout));
        }
        return super.handle(request, response, callback);
    }
}
