package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.image.ImageVersion;
import io.latestimage.store.Freshness;
import io.latestimage.store.ImageStore;
import io.latestimage.store.ImageStore.Current;
import io.latestimage.store.RejectedImageException;
import io.latestimage.store.StorageException;
import io.latestimage.store.Upload;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * {@code POST /upload} replaces the image. All that can be decided without the body is decided before it is touched.
 */
public final class UploadServlet extends ResourceServlet {
    private static final long serialVersionUID = 1L;

    /** What a form may have besides the image: boundaries, headers, other fields; in bytes. */
    private static final long FORM_ALLOWANCE = 1024 * 1024;

    private final transient ImageStore store;
    private final transient UploadToken token;
    private final transient ReplicaState lifecycle;
    private final transient LimitedRequestBody.Limits limits;
    private final long maxImageSize;

    /**
     * Makes the servlet.
     *
     * @param options bounds of size and time
     * @param minDataRate of an upload on average, in bytes per second
     */
    public UploadServlet(
            ImageStore store, UploadToken token, ReplicaState lifecycle, ImageStore.Options options, long minDataRate) {
        super(Set.of("POST"));
        this.store = store;
        this.token = token;
        this.lifecycle = lifecycle;
        this.maxImageSize = options.maxImageSize();
        this.limits =
                new LimitedRequestBody.Limits(options.uploadTimeout(), minDataRate, maxImageSize + FORM_ALLOWANCE);
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        LimitedRequestBody body = new LimitedRequestBody(request, limits);
        Preconditions preconditions = new Preconditions(request);
        try {
            admit(request, preconditions);
            ImageVersion version = receive(request, body, preconditions);
            sendCreated(request, response, version);
        } catch (ProblemException e) {
            if (e.problem() == Problem.TOKEN_WANTED) {
                response.setHeader("WWW-Authenticate", "Bearer");
            }
            if (LimitedRequestBody.isExpected(request)) {
                response.setHeader("Connection", "close");
            }
            e.problem().send(response, e.arguments());
            body.linger();
        }
    }

    private void admit(HttpServletRequest request, Preconditions preconditions) throws ProblemException, IOException {
        if (CrossOrigin.isCrossOrigin(request)) {
            throw new ProblemException(Problem.CROSS_ORIGIN);
        } else if (!token.permits(request)) {
            throw new ProblemException(Problem.TOKEN_WANTED);
        } else if (!MultipartImage.isMultipart(request)) {
            throw new ProblemException(Problem.NOT_MULTIPART);
        } else if (request.getContentLengthLong() > limits.maxSize()) {
            throw new ProblemException(Problem.TOO_LARGE, maxImageSize);
        } else if (lifecycle.phase() == ReplicaState.Phase.STOPPING) {
            throw new ProblemException(Problem.DRAINING);
        }
        preconditions.requireForReplacing();
        if (preconditions.concernReplacing()) {
            try (Current current = store.current()) {
                requireExpected(preconditions, current);
            }
        }
    }

    /** Saves a client the body where it is certain already; {@link Upload#commit} decides. */
    private static void requireExpected(Preconditions preconditions, Current current) throws ProblemException {
        Freshness.Result freshness = current.freshness();
        Optional<String> hash = current instanceof Current.Image image
                ? Optional.of(image.snapshot().version().sha256())
                : Optional.empty();
        if (freshness == Freshness.Result.STORAGE_UNAVAILABLE) {
            throw new ProblemException(Problem.STORAGE_UNAVAILABLE);
        } else if (freshness == Freshness.Result.FRESH && !preconditions.permitReplacing(hash)) {
            throw new ProblemException(Problem.OTHER_IMAGE);
        }
    }

    private ImageVersion receive(HttpServletRequest request, LimitedRequestBody body, Preconditions preconditions)
            throws ProblemException {
        try (Upload upload = store.upload()) {
            MultipartImage.read(request, body, upload, maxImageSize);
            return upload.commit(preconditions::permitReplacing);
        } catch (RejectedImageException e) {
            throw switch (e.reason()) {
                case EMPTY -> new ProblemException(Problem.EMPTY_IMAGE);
                case TOO_LARGE -> new ProblemException(Problem.TOO_LARGE, maxImageSize);
                case UNKNOWN_FORMAT -> new ProblemException(Problem.NOT_AN_IMAGE);
                case CONDITION_FAILED -> new ProblemException(Problem.OTHER_IMAGE);
            };
        } catch (StorageException e) {
            throw new ProblemException(
                    switch (e) {
                        case StorageException.Busy _ -> Problem.TOO_MANY_UPLOADS;
                        case StorageException.Full _ -> Problem.NO_SPACE;
                        case StorageException.ReadOnly _ -> Problem.STORAGE_READ_ONLY;
                        case StorageException.NotPermitted _ -> Problem.STORAGE_NOT_PERMITTED;
                        case StorageException.WithoutLocks _ -> Problem.STORAGE_WITHOUT_LOCKS;
                        case StorageException.ReplicaFault _ -> Problem.REPLICA_FAULT;
                        case StorageException.OutcomeUnknown _ -> Problem.OUTCOME_UNKNOWN;
                        case StorageException.Unavailable _ -> Problem.STORAGE_UNAVAILABLE;
                    });
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
