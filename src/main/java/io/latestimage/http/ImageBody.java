package io.latestimage.http;

import io.latestimage.store.StoreException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** How the body of a request contains the image. Everything else is the same for both. */
enum ImageBody {
    /** As the one file named "image" of a form. */
    FORM(1024 * 1024) {
        @Override
        void requireAcceptable(HttpServletRequest request, HttpServletResponse response) throws ProblemException {
            if (!MultipartImage.isMultipart(request.getContentType())) {
                throw new ProblemException(Problem.UNSUPPORTED_MEDIA_TYPE);
            }
        }

        @Override
        void read(HttpServletRequest request, LimitedRequestBody body, ImageSink sink, long maxImageSize)
                throws ProblemException, StoreException {
            MultipartImage.read(request.getContentType(), body, sink, maxImageSize);
        }
    },
    /** The body is the image. */
    RAW(0) {
        @Override
        void requireAcceptable(HttpServletRequest request, HttpServletResponse response) throws ProblemException {
            RawImage.requireAcceptable(request, response);
        }

        @Override
        void read(HttpServletRequest request, LimitedRequestBody body, ImageSink sink, long maxImageSize)
                throws ProblemException, StoreException {
            RawImage.read(body, request.getContentLengthLong(), sink, maxImageSize);
        }
    };

    private final long allowance;

    /**
     * Describes a body.
     *
     * @param allowance the most that it may contain besides the image, in bytes: boundaries, part headers, other fields
     */
    ImageBody(long allowance) {
        this.allowance = allowance;
    }

    /**
     * The size of the largest body.
     *
     * @param maxImageSize of the largest image
     */
    long maxSize(long maxImageSize) {
        return maxImageSize + allowance;
    }

    /** Rejects a request whose headers say that its body contains no image in this way. */
    abstract void requireAcceptable(HttpServletRequest request, HttpServletResponse response) throws ProblemException;

    /**
     * Reads the whole body and writes the image to the sink. The sink has the complete image only when this returns.
     *
     * @param maxImageSize in bytes; only for the text of the problem
     * @throws ProblemException if the body is malformed, is cut short, or exceeds a limit
     */
    abstract void read(HttpServletRequest request, LimitedRequestBody body, ImageSink sink, long maxImageSize)
            throws ProblemException, StoreException;
}
