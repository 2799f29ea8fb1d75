package io.latestimage.e2e;

/**
 * A part of a run in which one thing is done to the service.
 *
 * @param start when it began, {@link System#nanoTime()}
 * @param end when it ended, {@link System#nanoTime()}
 */
public record Phase(String name, Expectation expectation, long start, long end) {
    public double seconds() {
        return (end - start) / 1e9;
    }

    /** Whether the request was in flight at any moment of this phase. */
    public boolean overlaps(Answer answer) {
        return answer.start() <= end && answer.end() >= start;
    }

    /** Whether the request ended in this phase, and so counts in it. */
    public boolean has(Answer answer) {
        return answer.end() >= start && answer.end() < end;
    }
}
