package io.latestimage.http;

/** Ends a request with a {@link Problem}. */
final class ProblemException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    private final transient Object[] arguments;

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
}
