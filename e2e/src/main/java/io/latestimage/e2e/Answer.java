package io.latestimage.e2e;

/**
 * What became of one request. Times are {@link System#nanoTime()}.
 *
 * @param operation what it did
 * @param style how
 * @param target where, by name
 * @param start before its first byte was sent
 * @param known when the head of the answer was there, which names the version; or when it failed
 * @param end when the last byte of the answer was there, or when it failed
 * @param version the SHA-256 of the image sent or received, or empty
 * @param status of the answer, or 0 where there was none
 * @param outcome how it ended
 * @param detail more about a failure
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
        String detail) {

    /** Whether this upload, which was not acknowledged, may yet have replaced the image. */
    public boolean mayHaveHappened() {
        return switch (outcome) {
            case REJECTED, OUTDATED, REFUSED -> false;
            case DONE, STALE, UNCERTAIN, STATUS, WRONG, CLOSED, RESET, CUT, TIMEOUT -> true;
        };
    }

    /** What a failure is called in the report. */
    public String kind() {
        String name = operation.name().toLowerCase(java.util.Locale.ROOT);
        return outcome == Outcome.STATUS
                        || outcome == Outcome.REJECTED
                        || outcome == Outcome.OUTDATED
                        || outcome == Outcome.UNCERTAIN
                ? name + " " + status
                : name + " " + outcome.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** One line with everything in it. */
    public String describe() {
        return "%s %s through %s, %.3f s, status %d, version %.12s: %s"
                .formatted(style, kind(), target, (end - start) / 1e9, status, version, detail);
    }
}
