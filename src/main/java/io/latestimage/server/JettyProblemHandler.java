package io.latestimage.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.http.Problem;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests that Jetty itself rejects, such as malformed HTTP, with a problem document like all others. */
final class JettyProblemHandler implements Request.Handler {
    private final String product;

    /**
     * Creates the handler.
     *
     * @param product the value of the header {@code Server}
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
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store"); // 414 may be cached (RFC 9110, section 15.1)
        response.write(true, ByteBuffer.wrap(json.getBytes(UTF_8)), callback);
        return true;
    }

    private static String detail(int status) {
        return HttpStatus.isServerError(status) && status != HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505
                ? "The server failed to answer this request. Send the request again."
                : "This request is malformed or not supported. Check the request line and the headers.";
    }
}
