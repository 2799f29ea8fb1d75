package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A download that is resumed when the image may have changed must never join the parts of two images. */
class ResumedDownloadTest {
    private static final int DOWNLOADS = 1000;
    private static final int ENOUGH = 20;
    private static final int SIZE = 20_000;

    @AutoClose
    private ServerWithImage server;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = ServerWithImage.start(folder);
    }

    @Test
    void getsTheWholeNewImageIfItHasReplacedTheFirst() throws Exception {
        Response begun = RawClient.get(server.port(), "/image", "Range: bytes=0-499");
        assertThat(begun.status()).isEqualTo(206);
        byte[] next = Form.png(1, 1000); // of the same size as the one before
        assertThat(RawClient.exchange(server.port(), Form.upload(next)).status())
                .isEqualTo(201);
        Response rest = RawClient.get(
                server.port(),
                "/image",
                "Range: bytes=500-",
                "If-Range: " + begun.header("ETag").orElseThrow());
        assertThat(rest.status()).isEqualTo(200);
        assertThat(rest.body()).isEqualTo(next);
    }

    /** Every image is generated from a number that it contains, so that the joined parts can be compared with it. */
    @Test
    @Timeout(120)
    void neverJoinsPartsOfTwoImages() throws Exception {
        assertThat(RawClient.exchange(server.port(), Form.upload(image(0))).status())
                .isEqualTo(201);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> uploads = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> replaceUntil(done, uploads));
        int continued = 0;
        int restarted = 0;
        try (RawClient client = RawClient.connect(server.port())) {
            Random random = new Random(42);
            // More downloads if uploads are slow, because the test must see both outcomes.
            for (int download = 0; download < DOWNLOADS || continued < ENOUGH || restarted < ENOUGH; download++) {
                int cut = random.nextInt(16, SIZE - 1);
                Response begun = get(client, "Range: bytes=0-" + (cut - 1));
                ByteArrayOutputStream whole = new ByteArrayOutputStream();
                whole.writeBytes(begun.body());
                if (random.nextBoolean()) {
                    get(client, "If-None-Match: *"); // some time passes, or none
                }
                Response rest = get(
                        client,
                        "Range: bytes=" + cut + "-",
                        "If-Range: " + begun.header("ETag").orElseThrow());
                if (rest.status() == 206) {
                    continued++;
                } else {
                    assertThat(rest.status()).isEqualTo(200);
                    restarted++;
                    whole.reset();
                }
                whole.writeBytes(rest.body());
                assertThat(whole.toByteArray()).isEqualTo(image(number(whole.toByteArray())));
            }
        } finally {
            done.set(true);
        }
        assertThat(uploads.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(ENOUGH);
    }

    private void replaceUntil(AtomicBoolean done, CompletableFuture<Integer> uploads) {
        int number = 0;
        try (RawClient client = RawClient.connect(server.port())) {
            while (!done.get()) {
                client.send(Form.upload(image(++number)));
                Response response = client.readResponse();
                if (response.status() != 201) {
                    throw new IllegalStateException(response.text());
                }
            }
            uploads.complete(number);
        } catch (Exception e) {
            uploads.completeExceptionally(e);
        }
    }

    private static Response get(RawClient client, String... headers) throws Exception {
        client.send(RawClient.head("GET", "/image", headers));
        return client.readResponse();
    }

    private static byte[] image(int number) {
        byte[] image = Form.png(number, SIZE);
        for (int i = 0; i < 4; i++) {
            image[8 + i] = (byte) (number >>> (8 * i));
        }
        return image;
    }

    private static int number(byte[] image) {
        int number = 0;
        for (int i = 3; i >= 0; i--) {
            number = number << 8 | Byte.toUnsignedInt(Arrays.copyOfRange(image, 8, 12)[i]);
        }
        return number;
    }
}
