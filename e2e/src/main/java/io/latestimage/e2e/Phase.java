package io.latestimage.e2e;

/**
 * A part of the run, in which one thing is done to the service.
 *
 * @param start {@link System#nanoTime()}
 * @param end likewise
 */
public record Phase(String name, Expectation expectation, long start, long end) {
    public double seconds() {
        return (end - start) / 1e9;
    }

    /** Whether the request was in flight at any moment of it. */
    public boolean overlaps(Answer answer) {
        return answer.start() <= end && answer.end() >= start;
    }

    /** Whether the request counts here: where it ended. */
    public boolean has(Answer answer) {
        return answer.end() >= start && answer.end() < end;
    }
}
