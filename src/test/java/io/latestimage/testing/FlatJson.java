package io.latestimage.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a JSON object of strings and whole numbers, the only JSON that the service sends. Rejects everything that is
 * not valid JSON (RFC 8259). No library is needed for that.
 */
public final class FlatJson {
    private static final String STRING = "\"((?:[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4})*)\"";
    private static final String NUMBER = "(-?(?:0|[1-9][0-9]*))";
    private static final String MEMBER = "\\s*" + STRING + "\\s*:\\s*(?:" + STRING + "|" + NUMBER + ")\\s*";
    private static final Pattern OBJECT = Pattern.compile("\\s*\\{" + MEMBER + "(?:," + MEMBER + ")*}\\s*");
    private static final Pattern NEXT = Pattern.compile(MEMBER);

    private FlatJson() {}

    /**
     * The members in their order. Numbers are {@link Long}s; escapes stay as they are.
     *
     * @throws AssertionError if the text is not such an object
     */
    public static Map<String, Object> parse(String text) {
        if (!OBJECT.matcher(text).matches()) {
            throw new AssertionError("not a JSON object of strings and numbers: " + text);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        Matcher member = NEXT.matcher(text);
        while (member.find()) {
            String number = member.group(3);
            Object value = number == null ? member.group(2) : Long.valueOf(number);
            if (members.put(member.group(1), value) != null) {
                throw new AssertionError("a duplicate name: " + text);
            }
        }
        return members;
    }
}
