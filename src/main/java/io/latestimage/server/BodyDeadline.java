package io.latestimage.server;

import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose request body does not end in time. The servlets check their limits after each read. A read
 * does not return while the client sends bytes that are no content, such as chunk extensions or trailers; and a client
 * that sends one of them now and then is never idle. It would hold a place for an upload for hours. See
 * {@code docs/decisions/0022-hostile-clients.md}.
 */
final class BodyDeadline extends Handler.Wrapper {
    private final Scheduler scheduler;
    private final Duration limit;

    /**
     * Wraps a handler.
     *
     * @param limit the longest time from the arrival of a request to the end of its body. It is longer than all limits
     *     of the servlets, which answer before they give up.
     */
    BodyDeadline(Handler handler, Scheduler scheduler, Duration limit) {
        super(handler);
        this.scheduler = scheduler;
        this.limit = limit;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.getLength() <= 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            return super.handle(request, response, callback);
        }
        WatchedBody watched = new WatchedBody(request);
        Scheduler.Task task = scheduler.schedule(watched::closeIfUnfinished, limit);
        Request.addCompletionListener(request, _ -> task.cancel());
        return super.handle(watched, response, callback);
    }

    private static final class WatchedBody extends Request.Wrapper {
        /** Nobody reads the body of a request such as GET, and its response may take as long as the client needs. */
        private volatile boolean started;

        private volatile boolean ended;

        WatchedBody(Request request) {
            super(request);
        }

        @Override
        public Content.@Nullable Chunk read() {
            started = true;
            Content.@Nullable Chunk chunk = super.read();
            if (chunk != null && chunk.isLast()) {
                ended = true;
            }
            return chunk;
        }

        private void closeIfUnfinished() {
            if (started && !ended) {
                EndPoint endPoint = getConnectionMetaData().getConnection().getEndPoint();
                endPoint.close(new EofException("the body of the request has not ended in time"));
            }
        }
    }
}
