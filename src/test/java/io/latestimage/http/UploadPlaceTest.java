package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.UploadWay;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An upload waits for a place while as many uploads as allowed are in progress: here one, which is slow. */
class UploadPlaceTest {
    private static final byte[] FIRST = Form.upload(Form.png(1, 200_000));
    private static final byte[] SECOND = Form.png(2, 200_000);

    @TempDir
    private Path folder;

    @AutoClose
    private ServerWithImage server;

    @AutoClose
    private RawClient slow;

    @BeforeEach
    void takeTheOnlyPlace() throws Exception {
        server = ServerWithImage.start(folder, "MAX_CONCURRENT_UPLOADS", "1", "UPLOAD_TIMEOUT", "18s");
        slow = RawClient.connect(server.port());
        slow.send(Arrays.copyOf(FIRST, FIRST.length - 1));
        server.awaitTemporaryFiles(1);
    }

    private void endTheFirst() throws Exception {
        slow.send(Arrays.copyOfRange(FIRST, FIRST.length - 1, FIRST.length));
        assertThat(slow.readResponse().status()).isEqualTo(201);
    }

    @ParameterizedTest
    @EnumSource
    void waitsForThePlace(UploadWay way) throws Exception {
        CompletableFuture<Response> second = exchange(way.upload(SECOND));
        TimeUnit.MILLISECONDS.sleep(500);
        assertThat(second).isNotDone();
        endTheFirst();
        assertThat(second.get(30, TimeUnit.SECONDS).status()).isEqualTo(way.replaced());
        server.assertServes(SECOND);
    }

    @Test
    void makesDeletionsWaitForThePlaceToo() throws Exception {
        CompletableFuture<Response> deletion =
                exchange(RawClient.head("DELETE", "/image").getBytes(ISO_8859_1));
        TimeUnit.MILLISECONDS.sleep(500);
        assertThat(deletion).isNotDone();
        endTheFirst();
        assertThat(deletion.get(30, TimeUnit.SECONDS).status()).isEqualTo(204);
        server.assertHasNoImage();
    }

    @ParameterizedTest
    @EnumSource
    void doesNotAskForTheBodyBeforeItHasThePlace(UploadWay way) throws Exception {
        byte[] body = way.body(SECOND);
        try (RawClient asking = RawClient.connect(server.port())) {
            asking.send(expecting(way, body.length));
            asking.socket().setSoTimeout(500);
            assertThat(asking.isSilent()).isTrue();
            endTheFirst();
            asking.socket().setSoTimeout(30_000);
            assertThat(asking.readResponse().status()).isEqualTo(100);
            asking.send(body);
            assertThat(asking.readResponse().status()).isEqualTo(way.replaced());
        }
        server.assertServes(SECOND);
    }

    /** The others wait for a sixth of the upload timeout, which is long enough for the first one not to time out. */
    @Test
    void isRejectedIfTheWaitTakesTooLong() throws Exception {
        List<CompletableFuture<Response>> others = List.of(
                exchange(UploadWay.FORM.upload(SECOND)),
                exchange(UploadWay.RAW.upload(SECOND)),
                exchange(RawClient.head("DELETE", "/image").getBytes(ISO_8859_1)));
        try (RawClient asking = RawClient.connect(server.port())) {
            asking.send(expecting(UploadWay.RAW, 9));
            assertRefused(asking.readResponse());
        }
        for (CompletableFuture<Response> other : others) {
            assertRefused(other.get(30, TimeUnit.SECONDS));
        }
        assertThat(RawClient.get(server.port(), "/image").body()).isEqualTo(ServerWithImage.IMAGE);
        endTheFirst();
        assertThat(exchange(UploadWay.FORM.upload(SECOND))
                        .get(30, TimeUnit.SECONDS)
                        .status())
                .isEqualTo(201);
        server.assertServes(SECOND);
    }

    private static void assertRefused(Response response) {
        ServerWithImage.assertProblem(503, response);
        assertThat(response.header("Retry-After")).contains("1");
        assertThat(response.text()).contains("Too many uploads");
    }

    private CompletableFuture<Response> exchange(byte[] request) {
        CompletableFuture<Response> response = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                response.complete(RawClient.exchange(server.port(), request));
            } catch (Exception e) {
                response.completeExceptionally(e);
            }
        });
        return response;
    }

    private static String expecting(UploadWay way, int length) {
        return way.head("Content-Length: " + length, "Expect: 100-continue");
    }
}
