package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds the headers that every response has. It is the only class that writes a {@link Problem}: the one that a servlet
 * throws or, for a bug, a {@code 500} that shows only the id under which the log has the details.
 */
public final class ResponseFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ResponseFilter.class);

    private final transient ReplicaState state;
    private final transient LingeringClose lingeringClose = new LingeringClose(System::nanoTime);
    private final String product;

    /**
     * Creates the filter.
     *
     * @param product the value of the header Server. During a rollout it shows which version sent this response.
     */
    public ResponseFilter(ReplicaState state, String product) {
        this.state = state;
        this.product = product;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        TrackedRequest tracked = new TrackedRequest(request);
        HttpServletResponse closing = new ClosingResponse(response);
        addCommonHeaders(closing);
        if (request.getAttribute(Problem.ATTRIBUTE) instanceof Problem problem) {
            closing.setHeader("Connection", "close");
            reject(tracked, closing, problem);
            return;
        }
        try {
            chain.doFilter(tracked, closing);
        } catch (Throwable e) { // an Error too: otherwise the container would write a response of its own
            if (response.isCommitted()) {
                // Usually the client has disconnected. If it has not, it notices: the body is shorter than its
                // Content-Length.
                LOG.debug("{} {} ended early", request.getMethod(), request.getRequestURI(), e);
                throw e;
            } else if (e instanceof ProblemException problem) {
                reject(tracked, closing, problem.problem(), problem.arguments());
            } else {
                String id = UUID.randomUUID().toString();
                LOG.error("{} {} failed, request {}", request.getMethod(), request.getRequestURI(), id, e);
                closing.reset();
                addCommonHeaders(closing);
                reject(tracked, closing, Problem.INTERNAL_SERVER_ERROR, id);
            }
        }
    }

    private void addCommonHeaders(HttpServletResponse response) {
        response.setHeader("Server", product);
        response.setHeader("X-Content-Type-Options", "nosniff");
        closeWhileDraining(response);
    }

    private void closeWhileDraining(HttpServletResponse response) {
        if (state.closesConnections()) {
            response.setHeader("Connection", "close");
        }
    }

    /**
     * Checks the state again just before the response is sent: an upload may have begun long before the drain. A
     * response without a body opens no stream, but sets its status.
     */
    private final class ClosingResponse extends HttpServletResponseWrapper {
        ClosingResponse(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setStatus(int status) {
            closeWhileDraining(this);
            super.setStatus(status);
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            closeWhileDraining(this);
            return super.getOutputStream();
        }
    }

    private void reject(TrackedRequest request, HttpServletResponse response, Problem problem, Object... arguments)
            throws IOException {
        if (request.hasBody()) {
            response.setHeader("Connection", "close"); // the body is not read to its end
        }
        write(response, problem, arguments);
        if (request.maySendBody()) {
            lingeringClose.readOn(request::getInputStream);
        }
    }

    /** Writes the complete response, so that the client does not wait for the lingering close. */
    private static void write(HttpServletResponse response, Problem problem, Object... arguments) throws IOException {
        byte[] body = problem.json(arguments).getBytes(UTF_8);
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.setHeader("Cache-Control", "no-store");
        problem.retryAfter().ifPresent(seconds -> response.setIntHeader("Retry-After", seconds));
        response.getOutputStream().write(body);
        response.flushBuffer();
    }
}
