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
import java.util.Set;

/**
 * {@code GET /healthz/liveness} says that this replica answers requests. It never depends on the storage, which a
 * restart would not repair. {@code GET /healthz/readiness} says that this replica can answer {@code GET /image}
 * truthfully and is not draining.
 */
public final class HealthServlet extends ResourceServlet {
    private static final long serialVersionUID = 1L;

    private final transient ImageStore store;
    private final transient ReplicaState state;

    /** Creates the servlet. */
    public HealthServlet(ImageStore store, ReplicaState state) {
        super(Set.of("GET", "HEAD"));
        this.store = store;
        this.state = state;
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        switch (String.valueOf(request.getPathInfo())) {
            case "/liveness" -> send(response, HttpServletResponse.SC_OK, "live");
            case "/readiness" -> sendReadiness(response);
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

    private static void send(HttpServletResponse response, int status, String text) throws IOException {
        byte[] body = (text + "\n").getBytes(UTF_8);
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.setContentLength(body.length);
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(body);
    }
}
