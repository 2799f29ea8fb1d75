package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.image.ImageVersion;
import io.latestimage.store.ImageStore;
import io.latestimage.store.ImageStore.Current;
import io.latestimage.store.StoreException;
import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import io.latestimage.store.Upload;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The requests that change the image: uploads, by a form or with the image as the body, and deletions.
 * {@link AccessFilter} has already decided who may send them. Everything that the headers alone decide is decided
 * before a body is opened.
 */
public final class ImageWrites {
    private final ImageStore store;
    private final ReplicaState state;
    private final long maxImageSize;
    private final Duration uploadTimeout;
    private final long minDataRate;

    /**
     * Creates an instance that all servlets share.
     *
     * @param maxImageSize largest image that is accepted, in bytes
     * @param uploadTimeout longest time from the arrival of the request to the last byte of its body
     * @param minDataRate lowest average rate of an upload, in bytes per second
     */
    public ImageWrites(
            ImageStore store, ReplicaState state, long maxImageSize, Duration uploadTimeout, long minDataRate) {
        this.store = store;
        this.state = state;
        this.maxImageSize = maxImageSize;
        this.uploadTimeout = uploadTimeout;
        this.minDataRate = minDataRate;
    }

    /** Receives a form. The response is {@code 201}, whether or not there was an image before. */
    void post(HttpServletRequest request, HttpServletResponse response) throws ProblemException, IOException {
        Upload.Committed committed = upload(request, response, ImageBody.FORM);
        sendCreated(request, response, committed.version());
    }

    /** Receives the image itself. The response is {@code 201} if there was no image before, else {@code 204}. */
    void put(HttpServletRequest request, HttpServletResponse response) throws ProblemException, IOException {
        Upload.Committed committed = upload(request, response, ImageBody.RAW);
        if (committed.created()) {
            sendCreated(request, response, committed.version());
        } else {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            setTag(response, committed.version());
        }
    }

    /** Deletes the image. The response is {@code 204}, or {@code 404} if there is no image. */
    void delete(HttpServletRequest request, HttpServletResponse response) throws ProblemException {
        requireAccepting();
        Conditions conditions = Conditions.of(request);
        conditions.requireValidForUpload();
        try {
            store.delete(conditions::permitUpload);
        } catch (StoreException e) {
            throw StoreProblem.ofDeletion(e.failure());
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private Upload.Committed upload(HttpServletRequest request, HttpServletResponse response, ImageBody format)
            throws ProblemException {
        LimitedRequestBody.Limits limits =
                new LimitedRequestBody.Limits(uploadTimeout, minDataRate, format.maxSize(maxImageSize));
        LimitedRequestBody body = new LimitedRequestBody(request::getInputStream, limits, System::nanoTime);
        Conditions conditions = Conditions.of(request);
        format.requireAcceptable(request, response);
        if (request.getContentLengthLong() > limits.maxSize()) {
            throw new ProblemException(Problem.CONTENT_TOO_LARGE, maxImageSize);
        }
        requireAccepting();
        conditions.requireValidForUpload();
        if (conditions.concernUpload()) {
            try (Current current = store.current()) {
                requireExpected(conditions, current);
            }
        }
        try (Upload upload = store.upload()) {
            format.read(request, body, upload::write, maxImageSize);
            return upload.commit(conditions::permitUpload);
        } catch (StoreException e) {
            throw StoreProblem.of(e.failure());
        }
    }

    private void requireAccepting() throws ProblemException {
        if (!state.acceptsUploads()) {
            throw new ProblemException(Problem.REPLICA_STOPPING);
        }
    }

    /**
     * Rejects an upload early if its condition is certain not to hold, which saves the client from sending the body.
     * Otherwise {@link Upload#commit} decides.
     */
    private static void requireExpected(Conditions conditions, Current current) throws ProblemException {
        Optional<Outage> outage = current.outage();
        Optional<String> hash = current instanceof Current.Image image
                ? Optional.of(image.snapshot().version().sha256())
                : Optional.empty();
        if (outage.orElse(null) instanceof StorageUnavailable unavailable) {
            throw StoreProblem.of(unavailable);
        } else if (outage.isEmpty() && !conditions.permitUpload(hash)) {
            throw new ProblemException(Problem.PRECONDITION_FAILED);
        }
    }

    private static void sendCreated(HttpServletRequest request, HttpServletResponse response, ImageVersion version)
            throws IOException {
        byte[] json = "{\"type\":\"%s\",\"size\":%d,\"sha256\":\"%s\"}\n"
                .formatted(version.format().mediaType(), version.size(), version.sha256())
                .getBytes(UTF_8);
        response.setStatus(HttpServletResponse.SC_CREATED);
        response.setHeader("Location", request.getContextPath() + "/image");
        setTag(response, version);
        response.setContentType("application/json");
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }

    /** The image is stored without any change, so the response may have its tag (RFC 9110, section 9.3.4). */
    private static void setTag(HttpServletResponse response, ImageVersion version) {
        response.setHeader("ETag", '"' + version.sha256() + '"');
    }
}
