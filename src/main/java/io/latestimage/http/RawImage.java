package io.latestimage.http;

import io.latestimage.store.StoreException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image as the whole body of a {@code PUT}. Its declared type is ignored, unless it says that the body is a form.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-9.3.4">RFC 9110, section 9.3.4</a>
 */
final class RawImage {
    private static final String NO_CODING = "identity";

    private static final Logger LOG = LoggerFactory.getLogger(RawImage.class);

    private RawImage() {}

    /** Rejects a request whose headers say that its body is not the whole image, byte for byte. */
    static void requireAcceptable(HttpServletRequest request, HttpServletResponse response) throws ProblemException {
        if (MultipartImage.isMultipart(request.getContentType())) {
            throw new ProblemException(Problem.FORM_BY_PUT);
        } else if (request.getHeader("Content-Range") != null) { // RFC 9110, section 14.5
            throw new ProblemException(Problem.PARTIAL_UPLOAD);
        } else if (isEncoded(Collections.list(request.getHeaders("Content-Encoding")))) {
            response.setHeader("Accept-Encoding", NO_CODING); // RFC 9110, section 15.5.16
            throw new ProblemException(Problem.UNSUPPORTED_CONTENT_CODING);
        }
    }

    private static boolean isEncoded(List<String> lines) {
        return lines.stream()
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .map(String::strip)
                .anyMatch(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase(NO_CODING));
    }

    /**
     * Reads the whole body and writes it to the sink. The sink has the complete image only when this returns.
     *
     * @param declared the Content-Length, or -1. Unlike a form, a raw image has no end of its own, so this class does
     *     not rely on the container to notice that the connection has ended early.
     * @param maxImageSize in bytes; only for the text of the problem
     * @throws ProblemException if the body is cut short or exceeds a limit
     */
    static void read(LimitedRequestBody body, long declared, ImageSink sink, long maxImageSize)
            throws ProblemException, StoreException {
        try {
            long size = sink.copy(body);
            if (declared >= 0 && size != declared) {
                throw new EOFException("the body has %d of %d bytes".formatted(size, declared));
            }
        } catch (IOException e) {
            LOG.debug("The body is rejected", e);
            throw new ProblemException(body.failure().orElse(Problem.MALFORMED_BODY), maxImageSize);
        }
    }
}
