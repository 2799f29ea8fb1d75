package io.latestimage.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The value of If-Match, If-None-Match or If-Range.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3">RFC 9110, sections 8.8.3 and 13.1.1</a>
 */
sealed interface EntityTags {
    /** More than any client needs, and fewer than fit into request headers of 8 KiB. */
    int MAX_TAGS = 1000;

    /** {@code *}, which matches any image. */
    record Any() implements EntityTags {}

    /** One or more tags. */
    record Listed(List<Tag> tags) implements EntityTags {}

    /** Malformed, without any tag, or with more than {@link #MAX_TAGS}. It matches no image. */
    record Malformed() implements EntityTags {}

    /**
     * An entity tag.
     *
     * @param weak whether it begins with {@code W/}
     * @param opaque what is between the double quotes
     */
    record Tag(boolean weak, String opaque) {}

    /**
     * Reads the value of a header.
     *
     * @param value all lines of the header, joined by commas
     */
    static EntityTags parse(String value) {
        return value.strip().equals("*") ? new Any() : parseList(value);
    }

    private static EntityTags parseList(String value) {
        List<Tag> tags = new ArrayList<>();
        boolean separated = true;
        int at = 0;
        while (at < value.length()) {
            char next = value.charAt(at);
            if (next == ',') {
                separated = true;
            } else if (next != ' ' && next != '\t') {
                boolean weak = value.startsWith("W/", at);
                int open = weak ? at + 2 : at;
                int close = closingQuote(value, open);
                if (close < 0 || !separated || tags.size() == MAX_TAGS) {
                    return new Malformed();
                }
                tags.add(new Tag(weak, value.substring(open + 1, close)));
                separated = false;
                at = close;
            }
            at++;
        }
        return tags.isEmpty() ? new Malformed() : new Listed(tags);
    }

    /** The offset of the closing quote, or -1 if there is no well-formed opaque tag at this offset. */
    private static int closingQuote(String value, int open) {
        if (!value.startsWith("\"", open)) {
            return -1;
        }
        for (int at = open + 1; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '"') {
                return at;
            } else if (c < 0x21 || c == 0x7f || c > 0xff) {
                return -1;
            }
        }
        return -1;
    }

    /**
     * Whether one of these tags matches the image, which has a strong entity tag.
     *
     * @param opaque what is between the double quotes of the image's tag
     * @param weakly whether a weak tag may match (RFC 9110, section 8.8.3.2)
     */
    default boolean match(String opaque, boolean weakly) {
        return switch (this) {
            case Any _ -> true;
            case Listed(List<Tag> tags) ->
                tags.stream().anyMatch(tag -> tag.opaque().equals(opaque) && (weakly || !tag.weak()));
            case Malformed _ -> false;
        };
    }
}
