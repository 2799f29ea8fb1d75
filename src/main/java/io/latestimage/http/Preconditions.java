package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a request, in the order in which RFC 9110 has them evaluated.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2">RFC 9110, section 13.2.2</a>
 */
final class Preconditions {
    private static final String OPAQUE = "[\\x21\\x23-\\x7e\\x80-\\xff]*";
    /** An entity tag: weak or not, and its opaque part; or a lone star. RFC 9110, section 8.8.3. */
    private static final Pattern ENTITY_TAG = Pattern.compile("(?<weak>W/)?\"(?<opaque>" + OPAQUE + ")\"|(?<any>\\*)");

    private static final String ELEMENT = "(?:(?:W/)?\"" + OPAQUE + "\")?";
    /** A star or a list of tags; anything else holds of no image. */
    private static final Pattern LIST = Pattern.compile("\\*|" + ELEMENT + "(?:[ \\t]*,[ \\t]*" + ELEMENT + ")*");

    private final HttpServletRequest request;

    Preconditions(HttpServletRequest request) {
        this.request = request;
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
     * @param modified when it was written; seconds count, as a date in HTTP has no more
     */
    Outcome evaluate(String tag, Instant modified) {
        Instant second = modified.truncatedTo(ChronoUnit.SECONDS);
        if (has("If-Match")) {
            if (!matches("If-Match", tag, false)) {
                return Outcome.FAILED;
            }
        } else if (date("If-Unmodified-Since").filter(second::isAfter).isPresent()) {
            return Outcome.FAILED;
        }
        if (has("If-None-Match")) {
            return matches("If-None-Match", tag, true) ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
        }
        return date("If-Modified-Since").filter(date -> !second.isAfter(date)).isPresent()
                ? Outcome.NOT_MODIFIED
                : Outcome.PROCEED;
    }

    /** Whether {@link #permitReplacing} depends on the image. */
    boolean concernReplacing() {
        return has("If-Match") || has("If-None-Match");
    }

    /**
     * For a method that replaces the image.
     *
     * @param tag the opaque part of the entity tag of the image before, or empty where there is none
     */
    boolean permitReplacing(Optional<String> tag) {
        return (!has("If-Match") || matches("If-Match", tag.orElse(null), false))
                && !(has("If-None-Match") && matches("If-None-Match", tag.orElse(null), true));
    }

    /**
     * Whether a range may be answered in part. A date never says so: two images may be of one second, and a client that
     * put their parts together would have neither (RFC 9110, sections 8.8.2.2 and 13.1.5).
     */
    boolean permitRange(String tag) {
        return !has("If-Range") || matches("If-Range", tag, false);
    }

    private boolean has(String header) {
        return request.getHeader(header) != null;
    }

    private boolean matches(String header, @Nullable String tag, boolean weakly) {
        if (tag == null) {
            return false;
        }
        Enumeration<String> values = request.getHeaders(header);
        for (String value : Collections.list(values)) {
            if (!LIST.matcher(value.strip()).matches()) {
                continue;
            }
            Matcher matcher = ENTITY_TAG.matcher(value);
            while (matcher.find()) {
                boolean sameTag = tag.equals(matcher.group("opaque"));
                boolean comparable = weakly || matcher.group("weak") == null;
                if (matcher.group("any") != null || (sameTag && comparable)) {
                    return true;
                }
            }
        }
        return false;
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
