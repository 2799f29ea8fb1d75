package io.latestimage.http;

import jakarta.servlet.ServletException;

/**
 * Ends a request with a {@link Problem}, which {@link ResponseFilter} writes. Headers that the servlet has set before
 * it throws this, such as {@code Allow}, are sent with the problem.
 */
final class ProblemException extends ServletException {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    private final transient Object[] arguments;

    /**
     * Creates the exception.
     *
     * @param arguments the values for the placeholders of the problem's detail
     */
    ProblemException(Problem problem, Object... arguments) {
        super(problem.name());
        this.problem = problem;
        this.arguments = arguments;
    }

    Problem problem() {
        return problem;
    }

    Object[] arguments() {
        return arguments;
    }

    /** A problem is a response and not a bug. Nobody reads its stack trace, and creating one takes time. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
