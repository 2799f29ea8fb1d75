package io.latestimage.http;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads the preference {@code wait} from the header {@code Prefer}: for how many seconds the client would wait for the
 * response. What is malformed is ignored, as are all other preferences and all parameters. If the preference is given
 * several times, only the first one counts.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7240">RFC 7240, sections 2 and 4.3</a>
 */
final class WaitPreference {
    /**
     * The longest wait in seconds. Common proxies wait for a response for 60 s, and the response may take some seconds
     * longer than the wait.
     */
    static final int LONGEST = 50;

    private static final String NAME = "wait";
    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    private final String line;
    private int at;

    private WaitPreference(String line) {
        this.line = line;
    }

    /**
     * The preferred wait, in seconds.
     *
     * @param lines the values of all headers {@code Prefer}
     * @return from 1 to {@link #LONGEST}; empty if there is no such preference, or if it is not to wait at all
     */
    static OptionalInt seconds(List<String> lines) {
        for (String line : lines) {
            String value = new WaitPreference(line).find();
            if (value != null) {
                return seconds(value);
            }
        }
        return OptionalInt.empty();
    }

    /** Delta-seconds may have any number of digits (RFC 9111, section 1.2.2). */
    private static OptionalInt seconds(String value) {
        if (value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalInt.empty();
        }
        int seconds = 0;
        for (int i = 0; i < value.length() && seconds < LONGEST; i++) {
            seconds = seconds * 10 + value.charAt(i) - '0';
        }
        return seconds == 0 ? OptionalInt.empty() : OptionalInt.of(Math.min(seconds, LONGEST));
    }

    /** The value of the first well-formed preference of this name, empty if it has no value; null if there is none. */
    private @Nullable String find() {
        while (at < line.length()) {
            skipSpace();
            String name = token();
            String value = value();
            if (!name.isEmpty() && value != null && parameters()) {
                if (name.equalsIgnoreCase(NAME)) {
                    return value;
                }
            } else {
                skipMalformed();
            }
            at++; // the comma
        }
        return null;
    }

    /** Reads {@code [ BWS "=" BWS word ]}. Returns an empty text if there is no value, null if it is malformed. */
    private @Nullable String value() {
        skipSpace();
        if (!isAt('=')) {
            return "";
        }
        at++;
        skipSpace();
        if (isAt('"')) {
            return quoted();
        }
        String token = token();
        return token.isEmpty() ? null : token;
    }

    /** Reads {@code *( OWS ";" [ OWS parameter ] )}. Returns whether the preference ends after it. */
    private boolean parameters() {
        skipSpace();
        while (isAt(';')) {
            at++;
            skipSpace();
            if (!token().isEmpty() && value() == null) {
                return false;
            }
            skipSpace();
        }
        return at == line.length() || isAt(',');
    }

    private String token() {
        int begin = at;
        while (at < line.length() && isTokenCharacter(line.charAt(at))) {
            at++;
        }
        return line.substring(begin, at);
    }

    private static boolean isTokenCharacter(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || TOKEN_SYMBOLS.indexOf(c) >= 0;
    }

    /** Reads a quoted string. Returns it with its quotes, so that it is no number; null if it does not end. */
    private @Nullable String quoted() {
        int begin = at;
        at++;
        while (at < line.length() && !isAt('"')) {
            at += isAt('\\') ? 2 : 1;
        }
        if (at >= line.length()) {
            at = line.length();
            return null;
        }
        at++;
        return line.substring(begin, at);
    }

    /** Goes to the next comma that is not quoted, or to the end. */
    private void skipMalformed() {
        while (at < line.length() && !isAt(',')) {
            if (!isAt('"')) {
                at++;
            } else if (quoted() == null) {
                return;
            }
        }
    }

    private void skipSpace() {
        while (isAt(' ') || isAt('\t')) {
            at++;
        }
    }

    private boolean isAt(char c) {
        return at < line.length() && line.charAt(at) == c;
    }
}
