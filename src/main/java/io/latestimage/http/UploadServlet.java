package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.image.ImageVersion;
import io.latestimage.store.ImageStore;
import io.latestimage.store.ImageStore.Current;
import io.latestimage.store.StoreException;
import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import io.latestimage.store.Upload;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * {@code POST /upload} replaces the image. Everything that the headers alone decide is decided before the body is
 * opened.
 */
public final class UploadServlet extends ResourceServlet {
    private static final long serialVersionUID = 1L;

    /** The most that a form may contain besides the image, in bytes: boundaries, part headers, other fields. */
    private static final long FORM_ALLOWANCE = 1024 * 1024;

    private final transient ImageStore store;
    private final transient ReplicaState state;
    private final transient LimitedRequestBody.Limits limits;
    private final long maxImageSize;

    /**
     * Creates the servlet.
     *
     * @param maxImageSize largest image that is accepted, in bytes
     * @param uploadTimeout longest time from the arrival of the request to the last byte of its body
     * @param minDataRate lowest average rate of an upload, in bytes per second
     */
    public UploadServlet(
            ImageStore store, ReplicaState state, long maxImageSize, Duration uploadTimeout, long minDataRate) {
        super(Set.of("POST"));
        this.store = store;
        this.state = state;
        this.maxImageSize = maxImageSize;
        this.limits = new LimitedRequestBody.Limits(uploadTimeout, minDataRate, maxImageSize + FORM_ALLOWANCE);
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        LimitedRequestBody body = new LimitedRequestBody(request::getInputStream, limits, System::nanoTime);
        Conditions conditions = Conditions.of(request);
        admit(request, conditions);
        ImageVersion version = receive(request.getContentType(), body, conditions);
        sendCreated(request, response, version);
    }

    /** {@link AccessFilter} has already decided who may upload. */
    private void admit(HttpServletRequest request, Conditions conditions) throws ProblemException {
        if (!MultipartImage.isMultipart(request.getContentType())) {
            throw new ProblemException(Problem.UNSUPPORTED_MEDIA_TYPE);
        } else if (request.getContentLengthLong() > limits.maxSize()) {
            throw new ProblemException(Problem.CONTENT_TOO_LARGE, maxImageSize);
        } else if (!state.acceptsUploads()) {
            throw new ProblemException(Problem.REPLICA_STOPPING);
        }
        conditions.requireValidForUpload();
        if (conditions.concernUpload()) {
            try (Current current = store.current()) {
                requireExpected(conditions, current);
            }
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

    private ImageVersion receive(String contentType, LimitedRequestBody body, Conditions conditions)
            throws ProblemException {
        try (Upload upload = store.upload()) {
            MultipartImage.read(contentType, body, upload::write, maxImageSize);
            return upload.commit(conditions::permitUpload);
        } catch (StoreException e) {
            throw StoreProblem.of(e.failure());
        }
    }

    private static void sendCreated(HttpServletRequest request, HttpServletResponse response, ImageVersion version)
            throws IOException {
        byte[] json = "{\"type\":\"%s\",\"size\":%d,\"sha256\":\"%s\"}\n"
                .formatted(version.format().mediaType(), version.size(), version.sha256())
                .getBytes(UTF_8);
        response.setStatus(HttpServletResponse.SC_CREATED);
        response.setHeader("Location", request.getContextPath() + "/image");
        response.setHeader("ETag", '"' + version.sha256() + '"');
        response.setContentType("application/json");
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }
}
