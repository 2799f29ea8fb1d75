package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Await;
import io.latestimage.e2e.Exchange;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.Images.Image;
import io.latestimage.e2e.Outcome;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.Style;
import io.latestimage.e2e.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends single requests to one release through its Ingress, and checks that the release has its own image. */
public final class ReleaseClient {
    private static final int SIZE = 20_000;
    private static final Duration READY_LIMIT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Target target;
    private final Images images;
    private @Nullable Image own;

    public ReleaseClient(Target target, Images images) {
        this.target = target;
        this.images = images;
    }

    public Target target() {
        return target;
    }

    /** Waits until the release is ready. */
    public void awaitReady() throws Exception {
        Await.atMost(READY_LIMIT)
                .every(POLL)
                .value(
                        "%s answers through the Ingress".formatted(target.name()),
                        () -> SingleRequest.get(target, "/healthz/readiness")
                                .send()
                                .status(),
                        status -> status == 200);
    }

    /** Uploads an image that no other release has. */
    public void uploadOwn() throws IOException {
        Image image = images.next(SIZE);
        try (Exchange exchange = new Exchange(target, Style.FRESH, images)) {
            Answer answer = exchange.upload(image);
            if (answer.outcome() != Outcome.DONE) {
                throw new IOException(
                        "%s did not acknowledge an upload: %s".formatted(target.name(), answer.describe()));
            }
        }
        own = image;
    }

    /** Checks that the release returns its own image, byte for byte. Returns the problem, or empty if it does. */
    public Optional<String> problemWithOwn() {
        Image expected = own;
        if (expected == null) {
            throw new IllegalStateException("no image was uploaded to " + target.name());
        }
        try (Exchange exchange = new Exchange(target, Style.FRESH, images)) {
            Answer answer = exchange.download();
            boolean same = answer.outcome() == Outcome.DONE && answer.version().equals(expected.version());
            return same
                    ? Optional.empty()
                    : Optional.of("%s returns another image than the uploaded one, or none: %s"
                            .formatted(target.name(), answer.describe()));
        }
    }
}
