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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sends single requests to one release through its Ingress, and checks that the release has its own image. */
public final class ReleaseClient {
    private static final int SIZE = 20_000;
    private static final Duration READY_LIMIT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(500);
    /** Several times the service's default STORAGE_TIMEOUT. A release that has lost its volume is stale for longer. */
    private static final Duration STALE_LIMIT = Duration.ofSeconds(10);
    /** So many fresh answers in a row come from all pods: if one of three were stale, it would give one of them. */
    private static final int FRESH_AGAIN = 20;

    private static final Duration RETRY = Duration.ofMillis(100);

    private final Target target;
    private final Images images;
    private final Duration staleLimit;
    private final AtomicInteger stale = new AtomicInteger();
    private @Nullable Image own;

    public ReleaseClient(Target target, Images images) {
        this(target, images, STALE_LIMIT);
    }

    /**
     * Sends requests to a release.
     *
     * @param staleLimit how long its image may be marked as stale, one answer after the other
     */
    public ReleaseClient(Target target, Images images, Duration staleLimit) {
        this.target = target;
        this.images = images;
        this.staleLimit = staleLimit;
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

    /**
     * Checks that the release returns its own image, byte for byte. After an answer that is marked as stale, because
     * the storage did not answer in time, it downloads again until all pods are fresh: the storage may be slow for a
     * moment.
     *
     * @return the problem; empty if there is none
     */
    public Optional<String> problemWithOwn() throws InterruptedException {
        Image expected = own;
        if (expected == null) {
            throw new IllegalStateException("no image was uploaded to " + target.name());
        }
        long begun = System.nanoTime();
        int missing = 1;
        while (true) {
            Answer answer = download();
            boolean fresh = answer.outcome() == Outcome.DONE;
            if (!answer.version().equals(expected.version()) || !(fresh || answer.outcome() == Outcome.STALE)) {
                return Optional.of("%s returns another image than the uploaded one, or none: %s"
                        .formatted(target.name(), answer.describe()));
            } else if (!fresh) {
                stale.incrementAndGet();
                missing = FRESH_AGAIN;
            } else if (--missing == 0) {
                return Optional.empty();
            }
            if (System.nanoTime() - begun > staleLimit.toNanos()) {
                return Optional.of("%s still marks its image as stale after %d s: %s"
                        .formatted(target.name(), staleLimit.toSeconds(), answer.describe()));
            }
            Await.pass(RETRY);
        }
    }

    private Answer download() {
        try (Exchange exchange = new Exchange(target, Style.FRESH, images)) {
            return exchange.download();
        }
    }

    /** How many downloads of {@link #problemWithOwn} were marked as stale. */
    public int staleDownloads() {
        return stale.get();
    }
}
