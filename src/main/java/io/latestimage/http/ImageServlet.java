package io.latestimage.http;

import io.latestimage.store.ImageStore;
import io.latestimage.store.ImageStore.Current;
import io.latestimage.store.Snapshot;
import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.ReplicaFault;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code GET} and {@code HEAD /image} return the latest image or a part of it, unless the client already has it. A
 * client that has it may prefer to wait for another one ({@code Prefer: wait}). Then the request is suspended, and
 * dispatched to this servlet again when its wait ends. {@code PUT} replaces the image, {@code DELETE} deletes it.
 */
public final class ImageServlet extends ResourceServlet {
    private static final long serialVersionUID = 1L;

    /** In bytes. Before each chunk, the servlet checks whether the version that it sends has been revoked. */
    private static final long CHUNK_SIZE = 256 * 1024;

    /** For clients that expect an address with an extension. It says nothing about the type of the image. */
    private static final List<String> EXTENSIONS = List.of(
            ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".heic", ".jxl", ".bmp", ".tif", ".tiff", ".ico");

    /** In seconds. It tells a page when to say that the image is too old. */
    private static final String MAX_AGE_HEADER = "Latest-Image-Max-Age";

    /** The name of a request attribute: the preference, if it was honoured. */
    private static final String HONOURED = ImageServlet.class.getName() + ".honoured";

    /** The name of a request attribute, which is set if there was no outage when the request arrived. */
    private static final String REVALIDATED = ImageServlet.class.getName() + ".revalidated";

    private final transient ImageStore store;
    private final transient ImageWrites writes;
    private final transient Waiters waiters;
    private final transient Optional<Duration> maxAge;
    private transient Disconnector disconnector = _ -> {};

    /**
     * Creates the servlet. If a version is revoked, the {@link Disconnector} of the servlet context ends the
     * connections of its readers. Without a {@code Disconnector}, a response ends before its next chunk.
     *
     * @param maxAge the age from which on an image is too old; a header of the response contains it
     */
    ImageServlet(ImageStore store, ImageWrites writes, Waiters waiters, Optional<Duration> maxAge) {
        super(Set.of("GET", "HEAD", "PUT", "DELETE"));
        this.store = store;
        this.writes = writes;
        this.waiters = waiters;
        this.maxAge = maxAge;
    }

    /** The addresses of the image. All of them are the same resource. */
    static String[] addresses() {
        return Stream.concat(Stream.of(""), EXTENSIONS.stream())
                .map(extension -> "/image" + extension)
                .toArray(String[]::new);
    }

    @Override
    public void init() {
        if (getServletContext().getAttribute(Disconnector.class.getName()) instanceof Disconnector given) {
            disconnector = given;
        }
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        switch (request.getMethod()) {
            case "PUT" -> writes.put(request, response);
            case "DELETE" -> writes.delete(request, response);
            default -> sendCurrent(request, response);
        }
    }

    private void sendCurrent(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        boolean waited = request.getDispatcherType() == DispatcherType.ASYNC;
        if (waited && request.getAttribute(HONOURED) instanceof String preference) {
            response.setHeader("Preference-Applied", preference);
        }
        // All that have waited share the revalidation that ended their wait. It began after they arrived, unless there
        // was an outage: then it may be one that had been hanging since before.
        boolean revalidated = waited && request.getAttribute(REVALIDATED) != null;
        try (Current current = revalidated ? store.latest() : store.current()) {
            switch (current) {
                case Current.None _ -> throw new ProblemException(Problem.NO_IMAGE_YET);
                case Current.Unavailable(Outage reason) -> throw StoreProblem.of(reason);
                case Current.Image(Snapshot snapshot, Optional<Outage> outage) -> {
                    if (!waited && waits(request, snapshot, outage.isEmpty())) {
                        return;
                    }
                    outage.ifPresent(reason -> setStale(response, reason));
                    maxAge.ifPresent(age -> response.setHeader(MAX_AGE_HEADER, String.valueOf(age.toSeconds())));
                    try (Snapshot.Reader _ = snapshot.register(() -> disconnector.disconnect(request))) {
                        answer(request, response, snapshot);
                    }
                }
            }
        }
    }

    /**
     * Whether the request waits for another image than this one. If so, another thread may be answering it already.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7240#section-4.3">RFC 7240, section 4.3</a>
     */
    private boolean waits(HttpServletRequest request, Snapshot snapshot, boolean revalidated) {
        OptionalInt seconds = WaitPreference.seconds(Collections.list(request.getHeaders("Prefer")));
        if (seconds.isEmpty() || !request.isAsyncSupported()) {
            return false;
        }
        String tag = snapshot.version().sha256();
        Conditions conditions = Conditions.of(request);
        return conditions.excludesExactly(tag)
                && conditions.evaluate(tag, snapshot.modified(Instant.now())) == Conditions.Outcome.NOT_MODIFIED
                && waiters.add(
                        tag,
                        revalidated,
                        Duration.ofSeconds(seconds.getAsInt()),
                        () -> suspend(request, seconds.getAsInt(), revalidated));
    }

    private static Waiters.Wait suspend(HttpServletRequest request, int seconds, boolean revalidated) {
        if (revalidated) {
            request.setAttribute(REVALIDATED, true);
        }
        AsyncContext context = request.startAsync();
        context.setTimeout(0); // none: the wait ends otherwise
        return honoured -> {
            if (honoured) {
                context.getRequest().setAttribute(HONOURED, "wait=" + seconds);
            }
            context.dispatch();
        };
    }

    /** During an outage this replica acts as a cache, so it sends the header of a cache (RFC 9211). */
    private static void setStale(HttpServletResponse response, Outage reason) {
        String detail = switch (reason) {
            case StorageUnavailable _ -> "storage-unavailable";
            case ReplicaFault _ -> "replica-fault";
        };
        response.setHeader("Cache-Status", "latest-image; fwd=stale; detail=" + detail);
    }

    private static void answer(HttpServletRequest request, HttpServletResponse response, Snapshot snapshot)
            throws ProblemException, IOException {
        String tag = snapshot.version().sha256();
        response.setHeader("ETag", '"' + tag + '"');
        Optional<Instant> modified = snapshot.modified(Instant.now());
        modified.ifPresent(date -> response.setDateHeader("Last-Modified", date.toEpochMilli()));
        response.setHeader("Cache-Control", "no-cache");
        Conditions conditions = Conditions.of(request);
        switch (conditions.evaluate(tag, modified)) {
            case FAILED -> throw new ProblemException(Problem.PRECONDITION_FAILED);
            case NOT_MODIFIED -> {
                response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
                response.flushBuffer(); // otherwise Jetty adds Content-Length: 0, which RFC 9110, section 8.6, forbids
            }
            case PROCEED -> {
                response.setHeader("Accept-Ranges", "bytes");
                boolean ranged = request.getMethod().equals("GET") && conditions.permitRange(tag);
                String range = ranged ? request.getHeader("Range") : null;
                send(
                        request,
                        response,
                        snapshot,
                        ByteRange.parse(range, snapshot.version().size()));
            }
        }
    }

    private static void send(
            HttpServletRequest request, HttpServletResponse response, Snapshot snapshot, ByteRange range)
            throws ProblemException, IOException {
        long size = snapshot.version().size();
        long first = 0;
        long length = size;
        switch (range) {
            case ByteRange.Whole _ -> response.setStatus(HttpServletResponse.SC_OK);
            case ByteRange.Unsatisfiable _ -> {
                response.setHeader("Content-Range", "bytes */" + size);
                throw new ProblemException(Problem.RANGE_NOT_SATISFIABLE);
            }
            case ByteRange.Part part -> {
                response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
                response.setHeader("Content-Range", "bytes %d-%d/%d".formatted(part.first(), part.last(), size));
                first = part.first();
                length = part.length();
            }
        }
        response.setContentType(snapshot.version().format().mediaType());
        response.setContentLengthLong(length);
        response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
        if (request.getMethod().equals("GET")) {
            write(response.getOutputStream(), snapshot, first, first + length);
        }
    }

    private static void write(ServletOutputStream out, Snapshot snapshot, long first, long end) throws IOException {
        for (long at = first; at < end; at += CHUNK_SIZE) {
            if (snapshot.isRevoked()) {
                throw new IOException("the client was too slow: the version that it was reading has been revoked");
            }
            out.write(snapshot.slice(at, Math.min(CHUNK_SIZE, end - at)));
        }
    }
}
