package io.latestimage.server;

import io.latestimage.http.ReplicaState;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers {@code OPTIONS *}, which requests the capabilities of the server as a whole. It has no path, so Jetty passes
 * it to no servlet. Tomcat answers it by itself.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7">RFC 9110, section 9.3.7</a>
 */
final class OptionsHandler extends Handler.Wrapper {
    private final ReplicaState state;
    private final String product;

    /**
     * Creates the handler.
     *
     * @param product the value of the header {@code Server}
     */
    OptionsHandler(Handler handler, ReplicaState state, String product) {
        super(handler);
        this.state = state;
        this.product = product;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!HttpMethod.OPTIONS.is(request.getMethod())
                || !"*".equals(request.getHttpURI().getPath())) {
            return super.handle(request, response, callback);
        }
        response.setStatus(HttpStatus.NO_CONTENT_204);
        response.getHeaders().put(HttpHeader.ALLOW, "DELETE, GET, HEAD, OPTIONS, POST, PUT");
        response.getHeaders().put(HttpHeader.SERVER, product);
        if (state.closesConnections()) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
        callback.succeeded();
        return true;
    }
}
