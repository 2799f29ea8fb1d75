package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Images;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.system.CpuCost.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A hostile request costs the service not much more than an ordinary one: its processor time is compared. */
@Tag("system")
class HostileCostTest {
    private static final String RIGHT = "Bearer right";
    private static final int SIZE = 10_000;
    /** A request whose headers are as long as they may be is parsed for longer than a short one. */
    private static final double MOST = 4;

    @TempDir
    private static Path folder;

    @AutoClose
    private static ServiceProcess service;

    private static final Images IMAGES = new Images(1);

    /** A header of a hostile GET request, and the status of the answer. */
    record Hostile(String name, String value, int status) {
        @Override
        public String toString() {
            return "%s: %.20s".formatted(name, value);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "right\n");
        service = ServiceProcess.start(Map.of(
                "IMAGE_DIR", folder.resolve("data").toString(),
                "SPOOL_DIR", folder.resolve("spool").toString(),
                "UPLOAD_TOKEN_FILE", token.toString(),
                "READ_TOKEN_FILE", token.toString(),
                "CORS_ORIGINS", "https://a.example",
                "MAX_IMAGE_SIZE", "100MiB"));
        assertThat(put(IMAGES.next(SIZE).bytes(), RIGHT).send().status()).isEqualTo(201);
    }

    private static SingleRequest get() {
        return SingleRequest.get(service.target(), "/image");
    }

    private static SingleRequest put(byte[] image, String authorization) {
        return get().sending("PUT", image).with("Authorization", authorization);
    }

    private static List<Hostile> hostileHeaders() {
        String longest = "a".repeat(6_000);
        String basic = Base64.getEncoder().encodeToString(("user:" + longest.substring(2_000)).getBytes(UTF_8));
        return List.of(
                new Hostile("Authorization", "Bearer wrong", 401),
                new Hostile("Authorization", "Bearer " + longest, 401),
                new Hostile("Authorization", "Basic " + basic, 401),
                new Hostile("Authorization", "Basic " + longest + "=====", 401),
                new Hostile("Range", "bytes=0-0" + ",0-0".repeat(1_500), 200),
                new Hostile("Range", "bytes=" + "0".repeat(6_000) + "-", 200),
                new Hostile("If-None-Match", "\"a\"" + ",\"a\"".repeat(1_500), 200),
                new Hostile("If-None-Match", "\"a\"" + " ,".repeat(3_000), 200),
                new Hostile("Prefer", "wait=1, ".repeat(700) + "wait=1", 200),
                new Hostile("Prefer", "x=\"" + "\\\"".repeat(3_000), 200),
                new Hostile("Origin", "https://" + longest, 200),
                new Hostile("Accept-Encoding", "gzip;q=0, ".repeat(600), 200));
    }

    @ParameterizedTest
    @MethodSource("hostileHeaders")
    void aReadWithAHostileHeaderCostsAboutAsMuchAsAnOrdinaryOne(Hostile hostile) throws IOException {
        SingleRequest right = get().with("Authorization", RIGHT);
        double ratio = new CpuCost(service, 5, 500)
                .ratio(
                        new Measured(right.with(hostile.name(), hostile.value()), hostile.status()),
                        new Measured(right, 200));
        System.out.printf("%s costs %.2f times as much as an ordinary request%n", hostile, ratio);
        assertThat(ratio).isLessThan(MOST);
    }

    /** Those who try tokens by the thousand. A health check needs no token, so it pays for no comparison. */
    @Test
    void aWrongTokenCostsAboutAsMuchAsAHealthCheck() throws IOException {
        double ratio = new CpuCost(service, 5, 500)
                .ratio(
                        new Measured(get().with("Authorization", "Bearer wrong"), 401),
                        new Measured(SingleRequest.get(service.target(), "/healthz/liveness"), 200));
        System.out.printf("A wrong token costs %.2f times as much as a health check%n", ratio);
        assertThat(ratio).isLessThan(MOST);
    }

    /** The image is sent in both cases. With a wrong token it is neither hashed nor stored. */
    @Test
    void anUploadWithAWrongTokenCostsNoMoreThanOneWithTheRightToken() throws IOException {
        byte[] image = IMAGES.next(SIZE).bytes();
        double ratio = new CpuCost(service, 5, 300)
                .ratio(new Measured(put(image, "Bearer wrong"), 401), new Measured(put(image, RIGHT), 204));
        System.out.printf("An upload with a wrong token costs %.2f times as much as one with the right token%n", ratio);
        assertThat(ratio).isLessThan(1.5); // the service reads on after a rejection, so that the client gets it
    }

    /** The comparison shows it if a request costs more: the answer to this one has 80 MB. */
    @Test
    void negativeControlALargeDownloadCostsMore() throws IOException {
        byte[] large = IMAGES.next(8_000 * SIZE).bytes();
        assertThat(put(large, RIGHT).send().status()).isEqualTo(204);
        SingleRequest right = get().with("Authorization", RIGHT);
        try {
            double ratio = new CpuCost(service, 3, 20)
                    .ratio(new Measured(right, 200), new Measured(get().with("Authorization", "Bearer wrong"), 401));
            System.out.printf("A download of %d bytes costs %.2f times as much as a rejection%n", large.length, ratio);
            assertThat(ratio).isGreaterThan(MOST);
        } finally {
            assertThat(put(IMAGES.next(SIZE).bytes(), RIGHT).send().status()).isEqualTo(204);
        }
    }
}
