package io.latestimage.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.http.Problem;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What Jetty itself rejects, such as a request that is not HTTP, in the form of all other problems. */
final class JettyProblemHandler implements Request.Handler {
    private final String product;

    /**
     * Makes the handler.
     *
     * @param product what every answer names as its server
     */
    JettyProblemHandler(String product) {
        this.product = product;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String json = Problem.json(status, HttpStatus.getMessage(status), detail(status));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
        response.getHeaders().put(HttpHeader.SERVER, product);
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.write(true, ByteBuffer.wrap(json.getBytes(UTF_8)), callback);
        return true;
    }

    private static String detail(int status) {
        return HttpStatus.isServerError(status) && status != HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505
                ? "The server failed to answer this request. Send it again."
                : "The server cannot read this request.";
    }
}
