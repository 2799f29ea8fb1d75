package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requires tokens where files of them are configured. A token that may write may also read. See
 * {@code docs/decisions/0020-tokens-and-origins.md}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, section 11.6.1</a>
 */
final class Authentication {
    /** Browsers ask for a password, also for an {@code <img>}. They cannot ask for a Bearer token. */
    static final String READ_CHALLENGE = "Basic realm=\"latest-image\", charset=\"UTF-8\"";

    /** Not Basic: the browser would ask for a password before the script that uploads learns of the response. */
    static final String WRITE_CHALLENGE = "Bearer realm=\"latest-image\"";

    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);

    /** The file that must have the token, and further files that may have it instead; none if anyone is admitted. */
    private final List<TokenFile> readers;

    private final List<TokenFile> writers;
    private final WrongTokens wrongTokens;

    /**
     * Reads the files for the first time.
     *
     * @param uploadTokenFile null if anyone may write
     * @param readTokenFile null if anyone may read
     * @param nanoTime the clock; {@link System#nanoTime} except in tests
     */
    Authentication(@Nullable Path uploadTokenFile, @Nullable Path readTokenFile, LongSupplier nanoTime) {
        writers = uploadTokenFile == null ? List.of() : List.of(new TokenFile(uploadTokenFile, nanoTime));
        readers = readTokenFile == null
                ? List.of()
                : Stream.concat(Stream.of(new TokenFile(readTokenFile, nanoTime)), writers.stream())
                        .toList();
        wrongTokens = new WrongTokens(nanoTime);
    }

    /**
     * Admits a request that reads.
     *
     * @throws ProblemException if it has no token that may read; the challenge is then in the response
     */
    void requireReader(HttpServletRequest request, HttpServletResponse response) throws ProblemException {
        require(readers, READ_CHALLENGE, request, response);
    }

    /**
     * Admits a request that writes.
     *
     * @throws ProblemException if it has no token that may write; the challenge is then in the response
     */
    void requireWriter(HttpServletRequest request, HttpServletResponse response) throws ProblemException {
        require(writers, WRITE_CHALLENGE, request, response);
    }

    private void require(
            List<TokenFile> files, String challenge, HttpServletRequest request, HttpServletResponse response)
            throws ProblemException {
        if (files.isEmpty()) {
            return;
        }
        files.getFirst().requireUsable();
        Optional<byte[]> token = Credentials.token(request);
        if (token.isPresent()) {
            for (TokenFile file : files) {
                if (file.contains(token.get())) {
                    return;
                }
            }
            wrongTokens.add().ifPresent(count -> logWrong(count, request));
        }
        response.setHeader("WWW-Authenticate", challenge);
        throw new ProblemException(Problem.UNAUTHORIZED);
    }

    /** The address is all that the line contains of the request: a client cannot write what it likes into the log. */
    private static void logWrong(long count, HttpServletRequest request) {
        LOG.warn("Requests with a wrong token: {}, the last one from {}", count, request.getRemoteAddr());
    }
}
