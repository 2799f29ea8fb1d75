package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one response of a connection that the server has then closed. It is parsed as strictly as RFC 9112 defines it:
 * what a client might forgive is an error here. Nothing is merged or interpreted.
 *
 * @param fields the header fields in their order
 * @param body everything after the head
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StrictResponse(int status, List<Field> fields, byte[] body) {
    /** RFC 9112, section 4. The reason phrase may be empty, but not the space before it. */
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([1-5][0-9]{2}) [\\t\\x20-\\x7e]*");
    /** RFC 9112, section 5. No space before the colon, no folded lines, and nothing but visible ASCII. */
    private static final Pattern FIELD = Pattern.compile(
            "([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*" + "((?:[\\x21-\\x7e](?:[\\t\\x20-\\x7e]*[\\x21-\\x7e])?)?)[ \\t]*");

    private static final String END_OF_HEAD = "\r\n\r\n";

    /** A header field. */
    record Field(String name, String value) {}

    /**
     * Parses all bytes that the server has sent on a connection.
     *
     * @throws AssertionError if they are not one response
     */
    static StrictResponse parse(byte[] received) {
        String text = new String(received, ISO_8859_1);
        int end = text.indexOf(END_OF_HEAD);
        if (end < 0) {
            throw new AssertionError("the head does not end: " + text);
        }
        List<String> lines = Arrays.asList(text.substring(0, end).split("\r\n", -1));
        Matcher statusLine = STATUS_LINE.matcher(lines.getFirst());
        if (!statusLine.matches()) {
            throw new AssertionError("malformed status line: " + lines.getFirst());
        }
        List<Field> fields = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw new AssertionError("malformed field: " + line);
            }
            fields.add(new Field(field.group(1), field.group(2)));
        }
        return new StrictResponse(
                Integer.parseInt(statusLine.group(1)),
                List.copyOf(fields),
                Arrays.copyOfRange(received, end + END_OF_HEAD.length(), received.length));
    }

    /** The values of all fields with this name. */
    List<String> values(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** The value of the first field with this name. */
    Optional<String> value(String name) {
        return values(name).stream().findFirst();
    }

    /** Whether a list in the fields with this name has this element, in any case. */
    boolean lists(String name, String element) {
        return values(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .anyMatch(part -> part.strip().equalsIgnoreCase(element));
    }

    /** The names of all fields, in lower case. */
    TreeSet<String> names() {
        TreeSet<String> names = new TreeSet<>();
        fields.forEach(field -> names.add(field.name().toLowerCase(Locale.ROOT)));
        return names;
    }

    /** The body as text. */
    String text() {
        return new String(body, UTF_8);
    }

    /** The head, and the size of the body. */
    @Override
    public String toString() {
        return "%d %s, and %d bytes".formatted(status, fields, body.length);
    }
}
