package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.store.Freshness;
import io.latestimage.store.ImageStore;
import io.latestimage.store.ImageStore.Current;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * {@code GET /healthz/liveness} says that requests are answered at all, and never depends on the storage: a restart
 * would not mend that. {@code GET /healthz/readiness} says that this replica can answer {@code GET /image} truthfully,
 * and wants more of them.
 */
public final class HealthServlet extends ResourceServlet {
    private static final long serialVersionUID = 1L;

    private final transient ImageStore store;
    private final transient ReplicaState lifecycle;

    /** Makes the servlet. */
    public HealthServlet(ImageStore store, ReplicaState lifecycle) {
        super(Set.of("GET", "HEAD"));
        this.store = store;
        this.lifecycle = lifecycle;
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (String.valueOf(request.getPathInfo())) {
            case "/liveness" -> send(response, HttpServletResponse.SC_OK, "live");
            case "/readiness" -> sendReadiness(response);
            default -> Problem.NO_SUCH_PAGE.send(response);
        }
    }

    private void sendReadiness(HttpServletResponse response) throws IOException {
        if (lifecycle.phase() != ReplicaState.Phase.SERVING) {
            send(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "draining");
            return;
        }
        Readiness readiness;
        try (Current current = store.atHand()) { // let go of before the answer is written, which may block
            readiness = switch (current) {
                case Current.None _ -> new Readiness(true, "ready: no image yet");
                case Current.Image image -> readiness(image.freshness());
                case Current.Unknown unknown ->
                    unknown.freshness() == Freshness.Result.REPLICA_FAULT
                            ? readiness(unknown.freshness())
                            : new Readiness(false, "storage unavailable, no image at hand");
            };
        }
        int status = readiness.ready() ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE;
        send(response, status, readiness.text());
    }

    private record Readiness(boolean ready, String text) {}

    private Readiness readiness(Freshness.Result freshness) {
        return switch (freshness) {
            case FRESH -> new Readiness(true, "ready");
            case STORAGE_UNAVAILABLE -> new Readiness(true, "ready: storage unavailable, serving the image at hand");
            case REPLICA_FAULT ->
                new Readiness(
                        false,
                        "this replica cannot take over the latest image: %s; its log says more"
                                .formatted(store.fault()));
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
