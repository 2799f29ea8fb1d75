package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The conditions of a request, parsed once. Each is empty if the request does not have it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13">RFC 9110, section 13</a>
 */
record Conditions(
        Optional<EntityTags> ifMatch,
        Optional<EntityTags> ifNoneMatch,
        Optional<DateCondition> ifModifiedSince,
        Optional<DateCondition> ifUnmodifiedSince,
        Optional<EntityTags> ifRange) {
    /** The result of the conditions of a download. */
    enum Outcome {
        PROCEED,
        NOT_MODIFIED,
        FAILED
    }

    /**
     * A condition on the date.
     *
     * @param date empty if the value is not a date. Such a condition is ignored (RFC 9110, sections 13.1.3 and 13.1.4)
     */
    record DateCondition(Optional<Instant> date) {}

    /** Reads the conditions of a request. */
    static Conditions of(HttpServletRequest request) {
        return new Conditions(
                tags(request, "If-Match"),
                tags(request, "If-None-Match"),
                date(request, "If-Modified-Since"),
                date(request, "If-Unmodified-Since"),
                tags(request, "If-Range"));
    }

    private static Optional<EntityTags> tags(HttpServletRequest request, String name) {
        List<String> lines = Collections.list(request.getHeaders(name));
        return lines.isEmpty() ? Optional.empty() : Optional.of(EntityTags.parse(String.join(",", lines)));
    }

    private static Optional<DateCondition> date(HttpServletRequest request, String name) {
        try {
            long millis = request.getDateHeader(name);
            return millis == -1
                    ? Optional.empty()
                    : Optional.of(new DateCondition(Optional.of(Instant.ofEpochMilli(millis))));
        } catch (IllegalArgumentException e) {
            return Optional.of(new DateCondition(Optional.empty()));
        }
    }

    /**
     * Evaluates the conditions of {@code GET} or {@code HEAD} in the order of RFC 9110, section 13.2.2.
     *
     * @param tag the opaque part of the strong entity tag of the current image
     * @param modified the date of the current image, in whole seconds; empty if another version may have the same date
     */
    Outcome evaluate(String tag, Optional<Instant> modified) {
        if (ifMatch.isPresent()) {
            if (!ifMatch.get().match(tag, false)) {
                return Outcome.FAILED;
            }
        } else if (ifUnmodifiedSince
                .flatMap(DateCondition::date)
                .filter(date -> !isUnmodifiedSince(date, modified))
                .isPresent()) {
            return Outcome.FAILED;
        }
        boolean notModified;
        if (ifNoneMatch.isPresent()) {
            notModified = ifNoneMatch.get().match(tag, true);
        } else {
            notModified = ifModifiedSince
                    .flatMap(DateCondition::date)
                    .filter(date -> isUnmodifiedSince(date, modified))
                    .isPresent();
        }
        return notModified ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
    }

    /**
     * Whether the client has exactly this image and wants another one: If-None-Match lists its tag, and not a weak one.
     *
     * @param tag the opaque part of the strong entity tag of the current image
     */
    boolean excludesExactly(String tag) {
        return ifNoneMatch.orElse(null) instanceof EntityTags.Listed tags && tags.match(tag, false);
    }

    private static boolean isUnmodifiedSince(Instant date, Optional<Instant> modified) {
        return modified.filter(instant -> !instant.isAfter(date)).isPresent();
    }

    /**
     * Rejects conditions that are malformed or not supported for uploads and deletions. They must not be ignored,
     * because the client relies on them.
     */
    void requireValidForUpload() throws ProblemException {
        if (ifMatch.orElse(null) instanceof EntityTags.Malformed) {
            throw new ProblemException(Problem.MALFORMED_CONDITION, "If-Match");
        } else if (ifNoneMatch.orElse(null) instanceof EntityTags.Malformed) {
            throw new ProblemException(Problem.MALFORMED_CONDITION, "If-None-Match");
        } else if (ifUnmodifiedSince.isPresent()) {
            throw new ProblemException(Problem.UNSUPPORTED_DATE_CONDITION);
        }
    }

    /** Whether {@link #permitUpload} depends on the current image. */
    boolean concernUpload() {
        return ifMatch.isPresent() || ifNoneMatch.isPresent();
    }

    /**
     * Whether an upload may replace the current image, or a deletion may delete it.
     *
     * @param tag the opaque part of the strong entity tag of the current image; empty if there is no image
     */
    boolean permitUpload(Optional<String> tag) {
        boolean matches = ifMatch.isEmpty()
                || tag.filter(opaque -> ifMatch.get().match(opaque, false)).isPresent();
        boolean excluded = ifNoneMatch.isPresent()
                && tag.filter(opaque -> ifNoneMatch.get().match(opaque, true)).isPresent();
        return matches && !excluded;
    }

    /**
     * Whether a range of the image may be sent. A date in If-Range never permits it: two images may have the same date,
     * and a client that joined a part of each would have neither (RFC 9110, sections 8.8.2.2 and 13.1.5). See
     * {@code docs/decisions/0006-if-range-needs-a-strong-etag.md}.
     *
     * @param tag the opaque part of the strong entity tag of the current image
     */
    boolean permitRange(String tag) {
        return ifRange.map(tags -> tags.match(tag, false)).orElse(true);
    }
}
