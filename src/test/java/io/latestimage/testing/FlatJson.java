package io.latestimage.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a JSON object of strings, whole numbers and booleans, the only JSON that the service writes. Rejects
 * everything that is not valid JSON (RFC 8259). No library is needed for that.
 */
public final class FlatJson {
    private static final String STRING = "\"((?:[^\"\\\\\\x00-\\x1f]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4})*)\"";
    private static final String NUMBER = "(-?(?:0|[1-9][0-9]*))";
    private static final String BOOLEAN = "(true|false)";
    private static final String MEMBER =
            "\\s*" + STRING + "\\s*:\\s*(?:" + STRING + "|" + NUMBER + "|" + BOOLEAN + ")\\s*";
    private static final Pattern OBJECT = Pattern.compile("\\s*\\{" + MEMBER + "(?:," + MEMBER + ")*}\\s*");
    private static final Pattern NEXT = Pattern.compile(MEMBER);

    private FlatJson() {}

    /**
     * The members in their order. Numbers are {@link Long}s, booleans {@link Boolean}s; escapes stay as they are.
     *
     * @throws AssertionError if the text is not such an object
     */
    public static Map<String, Object> parse(String text) {
        if (!OBJECT.matcher(text).matches()) {
            throw new AssertionError("not a JSON object of strings, numbers and booleans: " + text);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        Matcher member = NEXT.matcher(text);
        while (member.find()) {
            if (members.put(member.group(1), value(member)) != null) {
                throw new AssertionError("a duplicate name: " + text);
            }
        }
        return members;
    }

    private static Object value(Matcher member) {
        String number = member.group(3);
        String truth = member.group(4);
        if (number != null) {
            return Long.valueOf(number);
        }
        return truth == null ? member.group(2) : Boolean.valueOf(truth);
    }
}
