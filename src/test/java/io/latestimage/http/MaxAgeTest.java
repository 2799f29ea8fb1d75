package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.FlatJson;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /healthz/fresh} for monitors. The image of {@link ServerWithImage} is from January 2026. */
class MaxAgeTest {
    @TempDir
    private Path folder;

    @Test
    void reportsTheAgeIfNoAgeIsTooOld() throws Exception {
        try (ServerWithImage server = ServerWithImage.start(folder)) {
            long atLeast = secondsSinceUpload();
            Response response = RawClient.get(server.port(), "/healthz/fresh");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers())
                    .containsEntry("Content-Type", "application/json")
                    .containsEntry("Cache-Control", "no-store");
            Map<String, Object> json = FlatJson.parse(response.text());
            assertThat(json).containsOnlyKeys("age");
            // published a second before its date in HTTP
            assertThat((Long) json.get("age")).isBetween(atLeast, secondsSinceUpload() + 1);
            assertThat(RawClient.get(server.port(), "/image").headers()).doesNotContainKey("Latest-Image-Max-Age");
        }
    }

    @Test
    void failsIfTheImageIsTooOldUntilThereIsANewOne() throws Exception {
        try (ServerWithImage server = ServerWithImage.start(folder, "MAX_AGE", "1h")) {
            Response old = RawClient.get(server.port(), "/healthz/fresh");
            ServerWithImage.assertProblem(503, old);
            assertThat(old.header("Retry-After")).contains("60");
            String age = old.text().replaceAll("(?s).*The image is (\\d+) seconds old.*", "$1");
            assertThat(Long.parseLong(age)).isGreaterThan(Duration.ofHours(1).toSeconds());

            Response image = RawClient.get(server.port(), "/image");
            assertThat(image.status()).as("it is served all the same").isEqualTo(200);
            assertThat(image.header("Latest-Image-Max-Age")).contains("3600");
            assertThat(RawClient.get(server.port(), "/healthz/readiness").status())
                    .as("the replica is well")
                    .isEqualTo(200);
            server.assertUnchanged();

            assertThat(RawClient.exchange(server.port(), Form.upload(Form.png(1, 1000)))
                            .status())
                    .isEqualTo(201);
            Response fresh = RawClient.get(server.port(), "/healthz/fresh");
            assertThat(fresh.status()).isEqualTo(200);
            assertThat(FlatJson.parse(fresh.text()))
                    .containsOnlyKeys("age", "maxAge")
                    .containsEntry("maxAge", 3600L);
        }
    }

    /** What this replica has seen last is not enough: another one may have received a newer image. */
    @Test
    void knowsTheImageThatAnotherReplicaHasReceived() throws Exception {
        try (ServerWithImage server = ServerWithImage.start(folder, "MAX_AGE", "1h");
                TestServer replica = TestServer.start(folder)) {
            ServerWithImage.assertProblem(503, RawClient.get(server.port(), "/healthz/fresh"));
            assertThat(RawClient.exchange(replica.port(), Form.upload(Form.png(1, 1000)))
                            .status())
                    .isEqualTo(201);
            assertThat(RawClient.get(server.port(), "/healthz/fresh").status()).isEqualTo(200);
        }
    }

    /** So that a page that waits for another image still knows the limit. */
    @Test
    void sendsTheLimitWithAnUnchangedImage() throws Exception {
        try (ServerWithImage server = ServerWithImage.start(folder, "MAX_AGE", "90s")) {
            Response response = RawClient.get(server.port(), "/image", "If-None-Match: *");
            assertThat(response.status()).isEqualTo(304);
            assertThat(response.header("Latest-Image-Max-Age")).contains("90");
        }
    }

    @Test
    void failsIfThereIsNoImage() throws Exception {
        try (TestServer server = TestServer.start(folder)) {
            ServerWithImage.assertProblem(503, RawClient.get(server.port(), "/healthz/fresh"));
        }
    }

    private static long secondsSinceUpload() {
        return Duration.between(ServerWithImage.UPLOADED.toInstant(), Instant.now())
                .toSeconds();
    }
}
