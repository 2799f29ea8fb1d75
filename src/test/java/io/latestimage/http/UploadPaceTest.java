package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.UploadWay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Uploads that are too slow. The pauses between their bytes are what is tested; no test sleeps to await a state. */
@Execution(ExecutionMode.CONCURRENT)
class UploadPaceTest {
    private static final byte[] IMAGE = Form.png(1, 300_000);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void endsAnUploadThatTakesTooLong(UploadWay way) throws Exception {
        assertEnds(way, 20, "UPLOAD_TIMEOUT", "1s");
    }

    @ParameterizedTest
    @EnumSource
    void endsAnUploadBelowTheMinimumRate(UploadWay way) throws Exception {
        assertEnds(way, 20, "MIN_DATA_RATE", "100KiB");
    }

    /** No byte arrives at all: the idle timeout of the connection ends the upload. */
    @ParameterizedTest
    @EnumSource
    void endsAnUploadThatStalls(UploadWay way) throws Exception {
        assertEnds(way, 60_000, "UPLOAD_TIMEOUT", "5s");
    }

    @ParameterizedTest
    @EnumSource
    void acceptsASlowUploadThatIsFastEnough(UploadWay way) throws Exception {
        byte[] upload = way.upload(IMAGE);
        try (ServerWithImage server = ServerWithImage.start(folder, "MIN_DATA_RATE", "1KiB")) {
            try (RawClient client = RawClient.connect(server.port())) {
                int chunk = 5000; // every 100 ms: 6 s for all
                for (int at = 0; at < upload.length; at += chunk) {
                    client.send(Arrays.copyOfRange(upload, at, Math.min(at + chunk, upload.length)));
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                }
                assertThat(client.readResponse().status()).isEqualTo(way.replaced());
            }
        }
    }

    private void assertEnds(UploadWay way, int pauseMillis, String... settings) throws Exception {
        byte[] upload = way.upload(IMAGE);
        try (ServerWithImage server = ServerWithImage.start(folder, settings);
                RawClient client = RawClient.connect(server.port())) {
            int start = 200_000;
            client.send(Arrays.copyOf(upload, start));
            CompletableFuture<Response> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> read(client, answer));
            for (int at = start; !answer.isDone() && at < upload.length; at++) {
                client.send(new byte[] {upload[at]});
                for (int waited = 0; !answer.isDone() && waited < pauseMillis; waited += 10) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
            }
            ServerWithImage.assertProblem(408, answer.get(30, TimeUnit.SECONDS));
            server.assertUnchanged();
        }
    }

    private static void read(RawClient client, CompletableFuture<Response> answer) {
        try {
            answer.complete(client.readResponse());
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
    }
}
