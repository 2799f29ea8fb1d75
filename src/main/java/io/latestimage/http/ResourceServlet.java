package io.latestimage.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/** An address with a set of methods. Others are told which there are: RFC 9110, section 15.5.6. */
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

    /** Answers one of the methods. */
    abstract void answer(HttpServletRequest request, HttpServletResponse response) throws IOException;

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (methods.contains(request.getMethod())) {
            answer(request, response);
            return;
        }
        response.setHeader("Allow", allow);
        if (request.getMethod().equals("OPTIONS")) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else {
            LimitedRequestBody.reject(request, response, Problem.METHOD_NOT_ALLOWED);
        }
    }
}
