package io.latestimage.http;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * A resource that supports a set of methods. The response to any other method is {@code 405} with a list of the
 * supported ones.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6">RFC 9110, section 15.5.6</a>
 */
abstract class ResourceServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Set<String> methods;
    private final String allow;

    ResourceServlet(Set<String> methods) {
        this.methods = methods;
        Set<String> allowed = new TreeSet<>(methods);
        allowed.add("OPTIONS");
        this.allow = String.join(", ", allowed);
    }

    /** Answers a request whose method is supported. */
    abstract void answer(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException;

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        if (methods.contains(request.getMethod())) {
            answer(request, response);
            return;
        }
        response.setHeader("Allow", allow);
        if (!request.getMethod().equals("OPTIONS")) {
            throw new ProblemException(Problem.METHOD_NOT_ALLOWED);
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }
}
