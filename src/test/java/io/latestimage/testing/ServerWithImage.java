package io.latestimage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.RawClient.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/** A server that has an image, and what is promised of every rejection: the client reads why, and nothing changes. */
public final class ServerWithImage implements AutoCloseable {
    public static final byte[] IMAGE = Form.png(0, 1000);
    public static final FileTime UPLOADED = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));

    private final TestServer server;

    private ServerWithImage(TestServer server) {
        this.server = server;
    }

    /** Starts it with the settings of {@link TestServer}, and others if given. */
    public static ServerWithImage start(Path folder, String... settings) throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Path image = Files.write(folder.resolve("data").resolve("image"), IMAGE);
        Files.setLastModifiedTime(image, UPLOADED); // of the layout before the manifest, which is taken over
        return new ServerWithImage(TestServer.start(folder, settings));
    }

    public TestServer server() {
        return server;
    }

    public int port() {
        return server.port();
    }

    /** Sends the whole request before it reads, and checks that the response is the expected rejection. */
    public Response assertRejects(int status, byte[] request) throws Exception {
        Response response = RawClient.exchange(port(), request);
        assertProblem(status, response);
        assertUnchanged();
        return response;
    }

    /** Checks that a response is a problem of RFC 9457 with a detail that says what to do. */
    public static void assertProblem(int status, Response response) {
        assertThat(response.status()).as(response.text()).isEqualTo(status);
        assertThat(response.header("Content-Type")).contains("application/problem+json");
        assertThat(response.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.header("Content-Length")).isPresent();
        Map<String, Object> problem = FlatJson.parse(response.text());
        assertThat(problem).containsOnlyKeys("title", "status", "detail").containsEntry("status", (long) status);
        assertThat(problem.get("title")).asString().isNotBlank();
        assertThat(problem.get("detail")).asString().endsWith(".").doesNotContain("Exception");
    }

    /** Checks that the image has not changed, for readers and on the volume, and that the volume has no other file. */
    public void assertUnchanged() throws Exception {
        assertServes(IMAGE);
    }

    /** Checks that this is the image now, for readers and on the volume, and that the volume soon has no other file. */
    public void assertServes(byte[] image) throws Exception {
        Response response = RawClient.get(port(), "/image");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(image);
        assertThat(server.storedImage()).isEqualTo(image);
        Await.until(
                "nothing but the image in the volume", () -> server.otherFiles().isEmpty());
    }

    /** Checks that there is no image now, for readers and on the volume, and that the volume soon has no other file. */
    public void assertHasNoImage() throws Exception {
        assertProblem(404, RawClient.get(port(), "/image"));
        Await.until(
                "nothing but the manifest in the volume",
                () -> server.otherFiles().isEmpty());
    }

    /** Waits until this number of uploads have written something. */
    public void awaitTemporaryFiles(int count) throws Exception {
        Await.until(count + " temporary files in the volume", () -> temporaryFiles() == count);
    }

    private long temporaryFiles() throws IOException {
        return server.otherFiles().stream()
                .filter(name -> name.startsWith("image-"))
                .count();
    }

    @Override
    public void close() {
        server.close();
    }
}
