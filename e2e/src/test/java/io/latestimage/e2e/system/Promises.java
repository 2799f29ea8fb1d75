package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.SingleRequest.Reply;
import java.io.IOException;

/** Assertions for what the service promises about its answers, whatever fails around it. */
final class Promises {
    private static final String STALE = "latest-image; fwd=stale; detail=";

    private Promises() {}

    /** Asserts that the service returns this image, not marked as possibly outdated. */
    static void assertFresh(ServiceProcess service, byte[] image) throws IOException {
        assertFresh(service.get("/image"), image);
    }

    /** Asserts that an answer is this image, not marked as possibly outdated. */
    static void assertFresh(Reply reply, byte[] image) {
        assertThat(reply.status()).as(reply::text).isEqualTo(200);
        assertThat(reply.header("Cache-Status")).isEmpty();
        assertThat(reply.body()).isEqualTo(image);
    }

    /** Asserts that an answer is this image, marked as possibly outdated with this detail. */
    static void assertStale(Reply reply, byte[] image, String detail) {
        assertThat(reply.status()).as(reply::text).isEqualTo(200);
        assertThat(reply.header("Cache-Status")).isEqualTo(STALE + detail);
        assertThat(reply.body()).isEqualTo(image);
    }

    /** Whether the service returns an image that is not marked as possibly outdated. */
    static boolean isFresh(ServiceProcess service) throws IOException {
        Reply reply = service.get("/image");
        return reply.status() == 200 && reply.header("Cache-Status").isEmpty();
    }

    /** Asserts that an answer is a 503 that asks the client to retry later. */
    static void assertUnavailable(Reply reply) {
        assertThat(reply.status()).as(reply::text).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isNotEmpty();
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    }

    /** Asserts that an answer is a problem of RFC 9457 with this status, a title and a detail in plain text. */
    static void assertProblem(int status, Reply reply) {
        assertThat(reply.status()).as(reply::text).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(reply.header("Content-Length")).isNotEmpty();
        assertThat(reply.text())
                .matches("\\{\"title\":\"[^\"]*\\S[^\"]*\",\"status\":%d,\"detail\":\"[^\"]+\\.\"}\\s*"
                        .formatted(status))
                .doesNotContain("Exception");
    }
}
