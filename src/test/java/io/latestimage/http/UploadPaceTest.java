package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Uploads that come too slowly. They are slow: the pace is what is tested, nothing waits for anything by sleeping. */
@Execution(ExecutionMode.CONCURRENT)
class UploadPaceTest {
    private static final byte[] UPLOAD = Form.upload(Form.png(1, 300_000));

    @TempDir
    private Path folder;

    @Test
    void endsAnUploadThatTakesTooLong() throws Exception {
        assertEnds(408, 20, "UPLOAD_TIMEOUT", "1s");
    }

    @Test
    void endsAnUploadBelowTheMinimumRate() throws Exception {
        assertEnds(408, 20, "MIN_DATA_RATE", "100KiB");
    }

    /** No byte at all comes: it is the connection's idle timeout that ends it. */
    @Test
    void endsAnUploadThatStands() throws Exception {
        assertEnds(408, 60_000, "UPLOAD_TIMEOUT", "5s");
    }

    @Test
    void takesASlowUploadThatIsFastEnough() throws Exception {
        try (ServerWithImage server = ServerWithImage.start(folder, "MIN_DATA_RATE", "1KiB")) {
            try (RawClient client = RawClient.connect(server.port())) {
                int chunk = 5000; // every 100 ms: 6 s for all
                for (int at = 0; at < UPLOAD.length; at += chunk) {
                    client.send(Arrays.copyOfRange(UPLOAD, at, Math.min(at + chunk, UPLOAD.length)));
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                }
                assertThat(client.readResponse().status()).isEqualTo(201);
            }
        }
    }

    private void assertEnds(int status, int pauseMillis, String... settings) throws Exception {
        try (ServerWithImage server = ServerWithImage.start(folder, settings);
                RawClient client = RawClient.connect(server.port())) {
            int start = 200_000;
            client.send(Arrays.copyOf(UPLOAD, start));
            CompletableFuture<Response> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> read(client, answer));
            for (int at = start; !answer.isDone() && at < UPLOAD.length; at++) {
                client.send(new byte[] {UPLOAD[at]});
                for (int waited = 0; !answer.isDone() && waited < pauseMillis; waited += 10) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
            }
            ServerWithImage.assertProblem(status, answer.get(30, TimeUnit.SECONDS));
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
