package io.latestimage.http;

import io.latestimage.store.RejectedImageException;
import io.latestimage.store.StorageException;
import io.latestimage.store.Upload;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
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
 * Finds the one file named "image" in a form and passes it on while it comes in. The only class that knows the library
 * which parses multipart bodies.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578</a>
 */
final class MultipartImage {
    private static final String FIELD = "image";
    private static final int MAX_PARTS = 100;
    /** The library's 512 bytes are too few for a long file name in UTF-8. */
    private static final int MAX_PART_HEADER_SIZE = 16 * 1024;

    private static final int BUFFER_SIZE = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MultipartImage.class);

    private MultipartImage() {}

    /** Whether this is a form with files, whatever is in it. */
    static boolean isMultipart(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("multipart/form-data");
    }

    /**
     * Reads the whole body, and writes the image in it to the upload.
     *
     * @throws ProblemException if the body is not a form with exactly one image, cut short, too large or too slow. It
     *     is complete only when the boundary that ends the form has been read.
     */
    static void read(HttpServletRequest request, LimitedRequestBody body, Upload upload, long maxImageSize)
            throws ProblemException, RejectedImageException, StorageException {
        try {
            // Neither this stream nor a part's is closed here: to close a part reads it to its end, and after a
            // rejection the rest of the body is to be read with other bounds.
            InputStream stream = body.open();
            JakartaServletFileUpload<DiskFileItem, DiskFileItemFactory> parser = new JakartaServletFileUpload<>();
            MultipartInput form = open(stream, parser.getBoundary(request.getContentType()));
            boolean found = false;
            form.discardBodyData(); // the preamble
            boolean more = form.readBoundary();
            for (int count = 1; more; count++) {
                FileItemHeaders headers = parser.getParsedHeaders(form.readHeaders());
                if (count > MAX_PARTS) {
                    throw new ProblemException(Problem.TOO_MANY_PARTS, MAX_PARTS);
                } else if (FIELD.equals(parser.getFieldName(headers))) {
                    if (parser.getFileName(headers) == null) {
                        throw new ProblemException(Problem.NOT_A_FILE);
                    } else if (found) {
                        throw new ProblemException(Problem.SEVERAL_IMAGES);
                    }
                    found = true;
                    copy(form.newInputStream(), upload);
                } else {
                    form.discardBodyData();
                }
                more = form.readBoundary();
            }
            stream.transferTo(OutputStream.nullOutputStream());
            if (!found) {
                throw new ProblemException(Problem.NO_IMAGE);
            }
        } catch (StorageException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            LOG.debug("Rejected", e);
            throw new ProblemException(body.failure(), maxImageSize);
        }
    }

    private static void copy(InputStream part, Upload upload)
            throws IOException, RejectedImageException, StorageException {
        byte[] buffer = new byte[BUFFER_SIZE];
        int count;
        while ((count = part.readNBytes(buffer, 0, buffer.length)) > 0) {
            upload.write(ByteBuffer.wrap(buffer, 0, count));
        }
    }

    private static MultipartInput open(InputStream stream, byte @Nullable [] boundary) throws IOException {
        if (boundary == null) {
            throw new IOException("no boundary");
        }
        // The library's skipPreamble() takes a malformed first boundary for the last. With a line end in front, the
        // first
        // boundary is found like all others, whether anything precedes it or not (RFC 2046, section 5.1.1).
        InputStream lineEnd = new ByteArrayInputStream(new byte[] {'\r', '\n'});
        MultipartInput form = MultipartInput.builder()
                .setInputStream(new SequenceInputStream(lineEnd, stream))
                .setBoundary(boundary)
                .setMaxPartHeaderSize(MAX_PART_HEADER_SIZE)
                .get();
        form.setHeaderCharset(StandardCharsets.UTF_8);
        return form;
    }
}
