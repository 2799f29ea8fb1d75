package io.latestimage.http;

import io.latestimage.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemHeaders;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.jakarta.servlet6.JakartaServletFileUpload;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the one file named "image" in a form and passes it on as it arrives. Only this class uses the library that
 * parses multipart bodies.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578</a>
 */
final class MultipartImage {
    private static final String FIELD = "image";
    private static final int MAX_PARTS = 100;
    /** The library's default of 512 bytes is too small for a long file name in UTF-8. */
    private static final int MAX_PART_HEADER_SIZE = 16 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MultipartImage.class);

    private MultipartImage() {}

    /** Whether this is the media type of a form with files. */
    static boolean isMultipart(@Nullable String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase("multipart/form-data");
    }

    /**
     * Reads the whole body and writes the image in it to the sink. The sink has the complete image only when this
     * returns: a form is complete when its last boundary has been read.
     *
     * @param contentType the header, with the boundary of the form
     * @param maxImageSize in bytes; only for the text of the problem
     * @throws ProblemException if the body is not a form with exactly one image, is cut short, or exceeds a limit
     */
    static void read(String contentType, LimitedRequestBody body, ImageSink sink, long maxImageSize)
            throws ProblemException, StoreException {
        try {
            // The stream of a part is not closed, because that would read the part to its end. After a rejection, the
            // lingering close reads the rest, with limits of its own.
            JakartaServletFileUpload<DiskFileItem, DiskFileItemFactory> parser = new JakartaServletFileUpload<>();
            MultipartInput form = open(body, parser.getBoundary(contentType));
            boolean found = false;
            form.discardBodyData(); // the preamble
            boolean more = form.readBoundary();
            for (int count = 1; more; count++) {
                FileItemHeaders headers = parser.getParsedHeaders(form.readHeaders());
                if (count > MAX_PARTS) {
                    throw new ProblemException(Problem.TOO_MANY_PARTS, MAX_PARTS);
                } else if (FIELD.equals(parser.getFieldName(headers))) {
                    if (parser.getFileName(headers) == null) {
                        throw new ProblemException(Problem.MISSING_FILE_NAME);
                    } else if (found) {
                        throw new ProblemException(Problem.SEVERAL_IMAGES);
                    }
                    found = true;
                    sink.copy(form.newInputStream());
                } else {
                    form.discardBodyData();
                }
                more = form.readBoundary();
            }
            body.transferTo(OutputStream.nullOutputStream());
            if (!found) {
                throw new ProblemException(Problem.MISSING_IMAGE);
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            LOG.debug("The form is rejected", e);
            throw new ProblemException(body.failure().orElse(Problem.MALFORMED_FORM), maxImageSize);
        }
    }

    private static MultipartInput open(InputStream body, byte @Nullable [] boundary) throws IOException {
        if (boundary == null) {
            throw new IOException("the Content-Type has no boundary");
        }
        // The library's skipPreamble() mistakes a malformed first boundary for the last one. After a line break, the
        // first boundary is found like all others, with or without a preamble (RFC 2046, section 5.1.1).
        InputStream lineBreak = new ByteArrayInputStream(new byte[] {'\r', '\n'});
        MultipartInput form = MultipartInput.builder()
                .setInputStream(new SequenceInputStream(lineBreak, body))
                .setBoundary(boundary)
                .setMaxPartHeaderSize(MAX_PART_HEADER_SIZE)
                .get();
        form.setHeaderCharset(StandardCharsets.UTF_8);
        return form;
    }
}
