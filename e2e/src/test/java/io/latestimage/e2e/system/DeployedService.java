package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Images;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.UploadForm;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The service as a server runs it, and what must work there, whichever server it is.
 *
 * @param path of the application: empty, or with a slash at its beginning
 */
record DeployedService(ServiceProcess server, String path) {
    private static final Images IMAGES = new Images(1);

    /** Sends a request of each kind. */
    void assertWorks() throws IOException {
        byte[] image = IMAGES.next(50_000).bytes();
        Reply created = upload(image);
        assertThat(created.status()).as("%s", created).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo(path + "/image");
        Reply got = server.get(path + "/image");
        assertThat(got.status()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(image);
        assertThat(got.header("ETag")).isEqualTo(created.header("ETag")).isNotEmpty();
        Reply part = SingleRequest.get(server.target(), path + "/image")
                .with("Range", "bytes=1-3")
                .send();
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.text()).isEqualTo("PNG");

        assertPutsAndDeletes(image);
        assertProblem(upload("<svg/>".getBytes(UTF_8)), 415);
        assertProblem(upload(IMAGES.next(1 << 21).bytes()), 413);
        Reply page = server.get(path + "/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        for (String address : List.of("/page.css", "/page.js", "/follow.js", "/upload.js", "/icon.svg")) {
            assertThat(server.status(path + address)).as(address).isEqualTo(200);
        }
        assertProblem(server.get(path + "/nothing"), 404);
        for (String hidden : List.of(
                "/org/springframework/boot/loader/launch/WarLauncher.class",
                "/WEB-INF/web.xml",
                "/META-INF/MANIFEST.MF")) {
            assertThat(server.status(path + hidden)).as(hidden).isEqualTo(404);
        }
        assertThat(server.status(path + "/healthz/readiness")).isEqualTo(200);
        assertThat(server.get(path + "/image").body()).isEqualTo(image);
        assertWaits(1);
    }

    /** A client that has the image waits so long for another one, and then until there is one. */
    void assertWaits(int seconds) throws IOException {
        SingleRequest request = SingleRequest.get(server.target(), path + "/image")
                .with("If-None-Match", server.get(path + "/image").header("ETag"));
        long begun = System.nanoTime();
        Reply unchanged = request.with("Prefer", "wait=" + seconds).send();
        assertThat(unchanged.status()).isEqualTo(304);
        assertThat(unchanged.header("Preference-Applied")).isEqualTo("wait=" + seconds);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(seconds));

        FutureTask<Reply> waiting =
                new FutureTask<>(() -> request.with("Prefer", "wait=50").send());
        Thread.ofVirtual().start(waiting);
        byte[] next = IMAGES.next(50_000).bytes();
        assertThat(upload(next).status()).isEqualTo(201);
        Reply changed = get(waiting);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.body()).isEqualTo(next);
    }

    private static Reply get(FutureTask<Reply> waiting) throws IOException {
        try {
            return waiting.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException("no response to a client that waits", e);
        }
    }

    /** Afterwards the image is this one. */
    private void assertPutsAndDeletes(byte[] image) throws IOException {
        SingleRequest request = SingleRequest.get(server.target(), path + "/image");
        SingleRequest png = SingleRequest.get(server.target(), path + "/image.png");
        byte[] next = IMAGES.next(50_000).bytes();
        Reply replaced = png.sending("PUT", next).send();
        assertThat(replaced.status()).as("%s", replaced).isEqualTo(204);
        assertThat(replaced.header("ETag")).isNotEmpty();
        assertThat(request.send().body()).isEqualTo(next);

        assertProblem(request.sending("PUT", IMAGES.next(1 << 21).bytes()).send(), 413);
        assertProblem(
                request.sending("PUT", next).with("Content-Encoding", "gzip").send(), 415);
        cutShort(next);
        assertThat(png.send().body()).isEqualTo(next);

        Reply deleted = request.sending("DELETE", new byte[0]).send();
        assertThat(deleted.status()).as("%s", deleted).isEqualTo(204);
        assertProblem(request.send(), 404);
        Reply created = request.sending("PUT", image).send();
        assertThat(created.status()).as("%s", created).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo(path + "/image");
    }

    /** Sends the beginning of an image. A raw image has no end of its own, so the server must notice. */
    private void cutShort(byte[] image) throws IOException {
        try (RawConnection client = server.connect()) {
            client.sendHead("PUT", path + "/image", "Content-Length: " + image.length);
            client.send(Arrays.copyOf(image, image.length / 2));
            client.socket().shutdownOutput();
            try {
                client.input().readAllBytes();
            } catch (SocketException e) {
                // Some servers reset the connection, which is as good as an answer.
            }
        }
    }

    static void assertProblem(Reply response, int status) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("Content-Type")).startsWith("application/problem+json");
    }

    private Reply upload(byte[] image) throws IOException {
        return SingleRequest.get(server.target(), path + "/upload")
                .sending("POST", UploadForm.of(image))
                .with("Content-Type", UploadForm.CONTENT_TYPE)
                .send();
    }
}
