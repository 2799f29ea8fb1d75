package io.latestimage.http;

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
 * What every answer has: what answers it, {@code nosniff}, {@code Connection: close} once the replica is draining, and
 * for a fault of this program a number under which the log has it, and nothing else of it.
 */
public final class ResponseFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ResponseFilter.class);

    private final transient ReplicaState lifecycle;
    private final String product;

    /**
     * Makes the filter.
     *
     * @param product what every answer names as its server: during a rollout, a page of its own would say what answers
     *     that page, not what answered this request
     */
    public ResponseFilter(ReplicaState lifecycle, String product) {
        this.lifecycle = lifecycle;
        this.product = product;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        addCommonHeaders(response);
        closeIfEnding(response);
        if (request.getAttribute(Problem.ATTRIBUTE) instanceof Problem problem) {
            response.setHeader("Connection", "close");
            LimitedRequestBody.reject(request, response, problem);
            return;
        }
        try {
            chain.doFilter(request, new Closing(response));
        } catch (Throwable e) { // an Error too: else the container would answer, in its own words
            if (response.isCommitted()) {
                // Most often the client has gone. What it got is shorter than announced, so it can tell.
                LOG.debug("{} {} ended early", request.getMethod(), request.getRequestURI(), e);
                throw e;
            }
            String id = UUID.randomUUID().toString();
            LOG.error("{} {} failed, request {}", request.getMethod(), request.getRequestURI(), id, e);
            response.reset();
            addCommonHeaders(response);
            LimitedRequestBody.reject(request, response, Problem.INTERNAL, id);
        }
    }

    private void closeIfEnding(HttpServletResponse response) {
        if (lifecycle.phase() != ReplicaState.Phase.SERVING) {
            response.setHeader("Connection", "close");
        }
    }

    /** Looks again when the body is about to be sent: an upload may have begun long before the drain. */
    private final class Closing extends HttpServletResponseWrapper {
        Closing(HttpServletResponse response) {
            super(response);
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            closeIfEnding(this);
            return super.getOutputStream();
        }
    }

    private void addCommonHeaders(HttpServletResponse response) {
        response.setHeader("Server", product);
        response.setHeader("X-Content-Type-Options", "nosniff");
    }
}
