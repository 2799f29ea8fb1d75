package io.latestimage.e2e.recipes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.e2e.recipes.RecipePart.Block;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP message as a page prints it. In the body, a line such as {@code (the 2048 bytes of photo.jpg)} stands for
 * these bytes. Between two lines of the body are CR and LF; there are none after the last line.
 *
 * @param where where it is printed
 * @param head the start line and the headers
 * @param body the lines after the empty line; empty if there are none
 */
record PrintedMessage(String where, List<String> head, List<String> body) {
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final Pattern IMAGE = Pattern.compile("\\(the (\\d+) bytes of (\\S+)\\)");

    static PrintedMessage of(Block block) {
        List<String> lines = block.lines();
        int end = lines.indexOf("");
        List<String> head = end < 0 ? lines : lines.subList(0, end);
        List<String> body = end < 0 ? List.of() : lines.subList(end + 1, lines.size());
        if (head.isEmpty()) {
            throw new IllegalArgumentException(block.where() + ": expected a start line, got an empty line");
        }
        return new PrintedMessage(block.where(), head, body);
    }

    String startLine() {
        return head.getFirst();
    }

    /** The headers by name, which is not case-sensitive. */
    Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : head.subList(1, head.size())) {
            String[] field = line.split(": ", 2);
            if (field.length < 2) {
                throw new IllegalArgumentException(where + ": expected a header, got " + line);
            }
            headers.put(field[0], field[1]);
        }
        return headers;
    }

    /** The bytes of the body. */
    byte[] bodyBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < body.size(); i++) {
            if (i > 0) {
                bytes.writeBytes(LINE_END);
            }
            bytes.writeBytes(bytes(body.get(i)));
        }
        return bytes.toByteArray();
    }

    private byte[] bytes(String line) {
        Matcher matcher = IMAGE.matcher(line);
        if (!matcher.matches()) {
            return line.getBytes(UTF_8);
        }
        byte[] image = SampleImages.bytes(matcher.group(2));
        if (image.length != Integer.parseInt(matcher.group(1))) {
            throw new IllegalArgumentException(where + ": the image has " + image.length + " bytes, not as in " + line);
        }
        return image;
    }
}
