package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.store.ImageStore;
import io.latestimage.store.ImageStore.Current;
import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.ReplicaFault;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /healthz/liveness} says that this replica answers requests. It never depends on the storage, which a
 * restart would not repair. {@code GET /healthz/readiness} says that this replica can answer {@code GET /image}
 * truthfully and is not draining. {@code GET /healthz/fresh} says that there is an image that is not too old; it is for
 * monitors of whatever uploads the image, and says nothing about this replica.
 */
public final class HealthServlet extends ResourceServlet {
    private static final long serialVersionUID = 1L;

    private final transient ImageStore store;
    private final transient ReplicaState state;
    private final transient Optional<Duration> maxAge;

    /**
     * Creates the servlet.
     *
     * @param maxAge the age from which on an image is too old; empty if no age is
     */
    public HealthServlet(ImageStore store, ReplicaState state, Optional<Duration> maxAge) {
        super(Set.of("GET", "HEAD"));
        this.store = store;
        this.state = state;
        this.maxAge = maxAge;
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        switch (String.valueOf(request.getPathInfo())) {
            case "/liveness" -> send(response, HttpServletResponse.SC_OK, "live");
            case "/readiness" -> sendReadiness(response);
            case "/fresh" -> sendAge(response);
            default -> throw new ProblemException(Problem.NOT_FOUND);
        }
    }

    private void sendReadiness(HttpServletResponse response) throws IOException {
        if (!state.isReady()) {
            send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "draining");
            return;
        }
        Readiness readiness;
        try (Current current = store.cached()) { // released before the response is written, which may block
            readiness = switch (current) {
                case Current.None _ -> new Readiness(true, "ready: no image yet");
                case Current.Image image ->
                    image.outage().map(outage -> readiness(outage, true)).orElse(new Readiness(true, "ready"));
                case Current.Unavailable(Outage outage) -> readiness(outage, false);
            };
        }
        int status = readiness.ready() ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
        send(response, status, readiness.text());
    }

    private record Readiness(boolean ready, String text) {}

    private static Readiness readiness(Outage outage, boolean hasImage) {
        return switch (outage) {
            case StorageUnavailable _ ->
                hasImage
                        ? new Readiness(true, "ready: storage unavailable, serving the cached image")
                        : new Readiness(false, "storage unavailable, no cached image");
            case ReplicaFault(String reason) ->
                new Readiness(false, "this replica cannot copy the latest image: %s; see its log".formatted(reason));
        };
    }

    private void sendAge(HttpServletResponse response) throws ProblemException, IOException {
        Duration age = age();
        if (maxAge.filter(limit -> age.compareTo(limit) > 0).isPresent()) {
            throw new ProblemException(Problem.IMAGE_TOO_OLD, age.toSeconds());
        }
        String json = maxAge.map(limit -> "{\"age\":%d,\"maxAge\":%d}".formatted(age.toSeconds(), limit.toSeconds()))
                .orElse("{\"age\":%d}".formatted(age.toSeconds()));
        send(response, HttpServletResponse.SC_OK, "application/json", json);
    }

    /** As of now, and not as of the last look: another replica may have published an image since. */
    private Duration age() throws ProblemException {
        try (Current current = store.current()) {
            return switch (current) {
                case Current.None _ -> throw new ProblemException(Problem.IMAGE_MISSING);
                case Current.Image image -> image.snapshot().age(Instant.now());
                case Current.Unavailable(Outage outage) -> throw StoreProblem.of(outage);
            };
        }
    }

    private static void send(HttpServletResponse response, int status, String text) throws IOException {
        send(response, status, "text/plain;charset=utf-8", text);
    }

    private static void send(HttpServletResponse response, int status, String type, String text) throws IOException {
        byte[] body = (text + "\n").getBytes(UTF_8);
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(body.length);
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(body);
    }
}
