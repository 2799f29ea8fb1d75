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
record Answer(
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

    /** What a failure is called in the report. */
    String kind() {
        String name = operation.name().toLowerCase(java.util.Locale.ROOT);
        return outcome == Outcome.STATUS || outcome == Outcome.REJECTED || outcome == Outcome.UNCERTAIN
                ? name + " " + status
                : name + " " + outcome.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** One line with everything in it. */
    String describe() {
        return "%s %s through %s, %.3f s, status %d, version %.12s: %s"
                .formatted(style, kind(), target, (end - start) / 1e9, status, version, detail);
    }
}
