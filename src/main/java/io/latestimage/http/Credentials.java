package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the token in a request: the token of Bearer, or the password of Basic with any user name. A browser's address
 * bar, an {@code <img>} and most cameras can send Basic only.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">RFC 6750, section 2.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7617#section-2">RFC 7617, section 2</a>
 */
final class Credentials {
    private Credentials() {}

    /**
     * The token of a request, which may be a wrong one.
     *
     * @return empty if the request has no header Authorization, several of them, or one that is malformed
     */
    static Optional<byte[]> token(HttpServletRequest request) {
        List<String> values = Collections.list(request.getHeaders("Authorization"));
        return values.size() == 1 ? parse(values.getFirst()) : Optional.empty();
    }

    /** The token in the value of the header Authorization. */
    static Optional<byte[]> parse(String value) {
        String[] words = value.strip().split(" +", 2);
        if (words.length < 2) {
            return Optional.empty();
        }
        return switch (words[0].toLowerCase(Locale.ROOT)) {
            case "bearer" -> Optional.of(words[1].getBytes(UTF_8));
            case "basic" -> password(words[1]);
            default -> Optional.empty();
        };
    }

    private static Optional<byte[]> password(String encoded) {
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        for (int at = 0; at < pair.length; at++) {
            if (pair[at] == ':') { // a user name has none, a password may
                return Optional.of(Arrays.copyOfRange(pair, at + 1, pair.length));
            }
        }
        return Optional.empty();
    }
}
