package io.latestimage.e2e;

/**
 * One request and how it ended. Times are those of {@link System#nanoTime()}, in nanoseconds.
 *
 * @param operation what the client requested
 * @param style how the client used its connection
 * @param target the name of the target that the request was sent to
 * @param start the time before the first byte of the request was sent
 * @param known when the head of the answer, which names the version, was received; or when the request failed
 * @param end when the last byte of the answer was received, or when the request failed
 * @param version the SHA-256 of the image sent or received, or empty
 * @param status the status of the answer, or 0 if there was no answer
 * @param outcome how the request ended
 * @param detail more about a failure, or empty
 * @param earliest the earliest moment that the answer may describe: usually the start. If it says that nothing has
 *     changed during a wait, this is the end of the wait
 */
public record Answer(
        Operation operation,
        Style style,
        String target,
        long start,
        long known,
        long end,
        String version,
        int status,
        Outcome outcome,
        String detail,
        long earliest) {

    /** An answer that may describe any moment since the start. */
    public Answer(
            Operation operation,
            Style style,
            String target,
            long start,
            long known,
            long end,
            String version,
            int status,
            Outcome outcome,
            String detail) {
        this(operation, style, target, start, known, end, version, status, outcome, detail, start);
    }

    /** Whether this upload may have replaced the image, even if it was not acknowledged. */
    public boolean mayHaveHappened() {
        return switch (outcome) {
            case REJECTED, OUTDATED, REFUSED -> false;
            case DONE, STALE, UNCERTAIN, STATUS, WRONG, CLOSED, RESET, CUT, TIMEOUT -> true;
        };
    }

    /** The name of this kind of failure in the report. */
    public String kind() {
        String name = operation.name().toLowerCase(java.util.Locale.ROOT);
        return outcome == Outcome.STATUS
                        || outcome == Outcome.REJECTED
                        || outcome == Outcome.OUTDATED
                        || outcome == Outcome.UNCERTAIN
                ? name + " " + status
                : name + " " + outcome.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Describes the request in one line, for the report. */
    public String describe() {
        return "%s %s through %s, %.3f s, status %d, version %.12s: %s"
                .formatted(style, kind(), target, (end - start) / 1e9, status, version, detail);
    }
}
