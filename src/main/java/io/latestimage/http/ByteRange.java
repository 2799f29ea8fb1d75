package io.latestimage.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of the image that a Range header requests.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2">RFC 9110, section 14.1.2</a>
 */
sealed interface ByteRange {
    /** The whole image: there is no range, it is malformed, or there are several, which a server may ignore. */
    record Whole() implements ByteRange {}

    /**
     * One part.
     *
     * @param first the offset of the first byte
     * @param last the offset of the last byte, inclusive
     */
    record Part(long first, long last) implements ByteRange {
        long length() {
            return last - first + 1;
        }
    }

    /** No byte of the image. */
    record Unsatisfiable() implements ByteRange {}

    /** One range. A number of 18 digits always fits into a long. */
    Pattern SINGLE =
            Pattern.compile("bytes=[ \\t]*(?<first>\\d{0,18})-(?<last>\\d{0,18})[ \\t]*", Pattern.CASE_INSENSITIVE);

    /**
     * Reads the header.
     *
     * @param header its value; null if it is absent
     * @param size of the image, in bytes
     */
    static ByteRange parse(@Nullable String header, long size) {
        Matcher matcher = SINGLE.matcher(header == null ? "" : header);
        if (!matcher.matches()) {
            return new Whole();
        }
        String first = matcher.group("first");
        String last = matcher.group("last");
        if (first.isEmpty()) {
            return last.isEmpty() ? new Whole() : suffix(Long.parseLong(last), size);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size - 1 : Long.parseLong(last);
        if (from > to && !last.isEmpty()) {
            return new Whole();
        }
        return from >= size ? new Unsatisfiable() : new Part(from, Math.min(to, size - 1));
    }

    private static ByteRange suffix(long length, long size) {
        return length == 0 ? new Unsatisfiable() : new Part(Math.max(0, size - length), size - 1);
    }
}
