package io.latestimage.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Answers every other address with {@code 404}. It replaces the container's default servlet, which would serve the
 * WAR's own files. See {@code docs/decisions/0005-executable-war.md}.
 */
public final class NotFoundServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws ProblemException {
        throw new ProblemException(Problem.NOT_FOUND);
    }
}
