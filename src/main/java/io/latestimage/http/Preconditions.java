package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The conditions of a request, in the order in which RFC 9110 has them evaluated.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2">RFC 9110, section 13.2.2</a>
 */
final class Preconditions {
    private final HttpServletRequest request;
    private final Optional<EntityTags> ifMatch;
    private final Optional<EntityTags> ifNoneMatch;

    Preconditions(HttpServletRequest request) {
        this.request = request;
        this.ifMatch = tags("If-Match");
        this.ifNoneMatch = tags("If-None-Match");
    }

    /** What to do. */
    enum Outcome {
        PROCEED,
        NOT_MODIFIED,
        FAILED
    }

    /**
     * For a safe method, with an image there.
     *
     * @param tag the opaque part of its strong entity tag
     * @param modified its date, in whole seconds; empty where it has none that is certain to be no other version's
     */
    Outcome evaluate(String tag, Optional<Instant> modified) {
        if (ifMatch.isPresent()) {
            if (!ifMatch.get().match(tag, false)) {
                return Outcome.FAILED;
            }
        } else if (date("If-Unmodified-Since")
                .filter(date -> !isUnchangedSince(date, modified))
                .isPresent()) {
            return Outcome.FAILED;
        }
        if (ifNoneMatch.isPresent()) {
            return ifNoneMatch.get().match(tag, true) ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
        }
        return date("If-Modified-Since")
                        .filter(date -> isUnchangedSince(date, modified))
                        .isPresent()
                ? Outcome.NOT_MODIFIED
                : Outcome.PROCEED;
    }

    private static boolean isUnchangedSince(Instant date, Optional<Instant> modified) {
        return modified.isPresent() && !modified.get().isAfter(date);
    }

    /**
     * Refuses what a request that replaces the image may not carry. A condition that is malformed or not supported must
     * not be ignored: the client relies on it.
     */
    void requireForReplacing() throws ProblemException {
        if (ifMatch.orElse(null) instanceof EntityTags.Malformed) {
            throw new ProblemException(Problem.MALFORMED_CONDITION, "If-Match");
        } else if (ifNoneMatch.orElse(null) instanceof EntityTags.Malformed) {
            throw new ProblemException(Problem.MALFORMED_CONDITION, "If-None-Match");
        } else if (request.getHeader("If-Unmodified-Since") != null) {
            throw new ProblemException(Problem.CONDITION_BY_DATE);
        }
    }

    /** Whether {@link #permitReplacing} depends on the image. */
    boolean concernReplacing() {
        return ifMatch.isPresent() || ifNoneMatch.isPresent();
    }

    /**
     * For a method that replaces the image.
     *
     * @param tag the opaque part of the entity tag of the image before, or empty where there is none
     */
    boolean permitReplacing(Optional<String> tag) {
        boolean expected = ifMatch.isEmpty()
                || tag.filter(opaque -> ifMatch.get().match(opaque, false)).isPresent();
        boolean unwanted = ifNoneMatch.isPresent()
                && tag.filter(opaque -> ifNoneMatch.get().match(opaque, true)).isPresent();
        return expected && !unwanted;
    }

    /**
     * Whether a range may be answered in part. A date never says so: two images may be of one second, and a client that
     * put their parts together would have neither (RFC 9110, sections 8.8.2.2 and 13.1.5).
     */
    boolean permitRange(String tag) {
        return tags("If-Range").map(tags -> tags.match(tag, false)).orElse(true);
    }

    private Optional<EntityTags> tags(String header) {
        List<String> lines = Collections.list(request.getHeaders(header));
        return lines.isEmpty() ? Optional.empty() : Optional.of(EntityTags.parse(String.join(",", lines)));
    }

    /** A date that is not one is no condition: RFC 9110, sections 13.1.3 and 13.1.4. */
    private Optional<Instant> date(String header) {
        try {
            long millis = request.getDateHeader(header);
            return millis == -1 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
