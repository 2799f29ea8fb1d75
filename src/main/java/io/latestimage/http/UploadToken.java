package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The token that an upload must carry if one is configured. Its file is read for every upload, so that a mounted secret
 * can change without a restart. White space around the token is ignored.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">RFC 6750, section 2.1</a>
 */
public final class UploadToken {
    private static final String SCHEME = "Bearer ";

    private final @Nullable Path file;

    /**
     * Reads the token from a file.
     *
     * @param file null if uploads need no token
     */
    public UploadToken(@Nullable Path file) {
        this.file = file;
    }

    boolean permits(HttpServletRequest request) throws IOException {
        if (file == null) {
            return true;
        }
        byte[] token = Files.readString(file).strip().getBytes(UTF_8);
        if (token.length == 0) {
            throw new IOException("the upload token file " + file + " is empty: write the token to it");
        }
        String header = request.getHeader("Authorization");
        return header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        token, header.substring(SCHEME.length()).strip().getBytes(UTF_8));
    }
}
