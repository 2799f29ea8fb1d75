package io.latestimage.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Every other address. It takes the place of the container's default servlet, which would serve the WAR's own files.
 */
public final class NotFoundServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        LimitedRequestBody.reject(request, response, Problem.NO_SUCH_PAGE);
    }
}
