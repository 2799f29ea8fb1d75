package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The conditions of a request, parsed once. Each is empty where the request does not have it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13">RFC 9110, section 13</a>
 */
record Conditions(
        Optional<EntityTags> ifMatch,
        Optional<EntityTags> ifNoneMatch,
        Optional<DateCondition> ifModifiedSince,
        Optional<DateCondition> ifUnmodifiedSince,
        Optional<EntityTags> ifRange) {
    /** What the conditions of a request ask for. */
    enum Outcome {
        PROCEED,
        NOT_MODIFIED,
        FAILED
    }

    /** Reads the conditions of a request. */
    static Conditions of(HttpServletRequest request) {
        return parse(name -> Collections.list(request.getHeaders(name)));
    }

    /**
     * Reads the conditions.
     *
     * @param headers returns all lines of the header of a name, none where it is absent
     */
    static Conditions parse(Function<String, List<String>> headers) {
        return new Conditions(
                tags(headers.apply("If-Match")),
                tags(headers.apply("If-None-Match")),
                date(headers.apply("If-Modified-Since")),
                date(headers.apply("If-Unmodified-Since")),
                tags(headers.apply("If-Range")));
    }

    private static Optional<EntityTags> tags(List<String> lines) {
        return lines.isEmpty() ? Optional.empty() : Optional.of(EntityTags.parse(String.join(",", lines)));
    }

    private static Optional<DateCondition> date(List<String> lines) {
        return lines.stream().findFirst().map(DateCondition::parse);
    }

    /**
     * Evaluates the conditions of {@code GET} or {@code HEAD} in the order of RFC 9110, section 13.2.2.
     *
     * @param tag the opaque part of the strong entity tag of the current image
     * @param modified the date of the current image, in whole seconds; empty where another version may have the same
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

    private static boolean isUnmodifiedSince(Instant date, Optional<Instant> modified) {
        return modified.filter(instant -> !instant.isAfter(date)).isPresent();
    }

    /**
     * Refuses the conditions that an upload may not have. One that is malformed or not supported must not be ignored,
     * because the client relies on it.
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
     * Whether an upload may replace the current image.
     *
     * @param tag the opaque part of the strong entity tag of the current image; empty where there is none
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
     * and a client that joined a part of each would have neither (RFC 9110, sections 8.8.2.2 and 13.1.5).
     *
     * @param tag the opaque part of the strong entity tag of the current image
     */
    boolean permitRange(String tag) {
        return ifRange.map(tags -> tags.match(tag, false)).orElse(true);
    }
}
