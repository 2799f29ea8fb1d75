package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.SingleRequest.Reply;
import java.io.IOException;

/** What is promised of answers, whatever the service has to cope with. */
final class Promises {
    private static final String STALE = "latest-image; fwd=stale; detail=";

    private Promises() {}

    /** That this is the image, and the service does not say that it may be outdated. */
    static void assertFresh(ServiceProcess service, byte[] image) throws IOException {
        assertFresh(service.get("/image"), image);
    }

    /** The same of an answer. */
    static void assertFresh(Reply reply, byte[] image) {
        assertThat(reply.status()).as(reply::text).isEqualTo(200);
        assertThat(reply.header("Cache-Status")).isEmpty();
        assertThat(reply.body()).isEqualTo(image);
    }

    /** That this is the image, and the service says that it may be outdated. */
    static void assertStale(Reply reply, byte[] image, String detail) {
        assertThat(reply.status()).as(reply::text).isEqualTo(200);
        assertThat(reply.header("Cache-Status")).isEqualTo(STALE + detail);
        assertThat(reply.body()).isEqualTo(image);
    }

    /** That the image is there and the service does not say that it may be outdated. */
    static boolean isFresh(ServiceProcess service) throws IOException {
        Reply reply = service.get("/image");
        return reply.status() == 200 && reply.header("Cache-Status").isEmpty();
    }

    /** That an answer asks to try again later. */
    static void assertUnavailable(Reply reply) {
        assertThat(reply.status()).as(reply::text).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isNotEmpty();
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    }

    /** That an answer is a problem of RFC 9457, with words that say what to do. */
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
