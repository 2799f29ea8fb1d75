package io.latestimage.http;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Decides who may read and who may write, before any servlet runs and so before any look at the storage. It applies to
 * all addresses but the health checks, so that no servlet can forget it. The health checks stay open, because neither
 * kubelet nor a monitor has a token. A request that has waited is checked again before it is answered: its token may
 * have been removed.
 */
final class AccessFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    /** What the container matched, so no spelling of a path reaches another servlet as a health check. */
    private static final String HEALTH_CHECKS = "/healthz";

    private final transient CrossOrigin crossOrigin;
    private final transient Authentication authentication;

    /** Creates the filter. */
    AccessFilter(CrossOrigin crossOrigin, Authentication authentication) {
        this.crossOrigin = crossOrigin;
        this.authentication = authentication;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getDispatcherType() == DispatcherType.REQUEST) { // a response that has waited has them already
            crossOrigin.addHeaders(request, response);
        }
        if (!request.getServletPath().equals(HEALTH_CHECKS)) {
            admit(request, response);
        }
        chain.doFilter(request, response);
    }

    /** Every method that is not known to be safe counts as a write (RFC 9110, section 9.2.1). */
    private void admit(HttpServletRequest request, HttpServletResponse response) throws ProblemException {
        switch (request.getMethod()) {
            case "GET", "HEAD" -> authentication.requireReader(request, response);
            case "OPTIONS" -> {} // a browser sends no token with a preflight request
            default -> {
                if (!crossOrigin.permitsWrite(request)) {
                    throw new ProblemException(Problem.FORBIDDEN);
                }
                authentication.requireWriter(request, response);
            }
        }
    }
}
