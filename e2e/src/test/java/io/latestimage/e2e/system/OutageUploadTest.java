package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An outage of the storage begins during a write. The answer says truthfully whether the image was replaced. */
@Tag("system")
class OutageUploadTest {
    private static final int ROUNDS = 12;
    private static final int SIZE = 2_000_000;

    private final Images images = new Images(1);

    /** The ways to change the image. */
    enum Write {
        FORM(201),
        PUT(204),
        DELETE(204);

        private final int done;

        Write(int done) {
            this.done = done;
        }

        private Reply send(ServiceProcess service, byte[] next) throws IOException {
            SingleRequest request = SingleRequest.get(service.target(), "/image");
            return switch (this) {
                case FORM -> service.upload(next);
                case PUT -> request.sending("PUT", next).send();
                case DELETE -> request.sending("DELETE", new byte[0]).send();
            };
        }
    }

    /**
     * The outage begins at a different moment of each write. An acknowledged write has changed the image, and a refused
     * one never does. If the answer says that the outcome is uncertain, both are permitted.
     */
    @ParameterizedTest
    @EnumSource
    void answersTruthfullyWhenAnOutageBeginsDuringAWrite(Write write, @TempDir Path folder) throws Exception {
        BrokenStorage storage = new BrokenStorage(folder);
        try (TestMount mount = storage.mount();
                ServiceProcess service = storage.start(Program.SERVICE, "STORAGE_TIMEOUT", "500ms")) {
            List<String> outcomes = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                byte[] before = images.next(SIZE).bytes();
                byte[] next = images.next(SIZE).bytes();
                assertThat(service.upload(before).status()).isEqualTo(201);
                byte[] manifest = storage.disk().manifest();
                ConcurrentLinkedQueue<Reply> answers = new ConcurrentLinkedQueue<>();
                Thread writer = Thread.ofVirtual().start(() -> {
                    try {
                        answers.add(write.send(service, next));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                if (round < ROUNDS / 2) {
                    LockSupport.parkNanos(Duration.ofMillis(4L * round).toNanos());
                } else {
                    storage.disk().awaitChange(manifest);
                }
                mount.stop();
                writer.join();
                mount.resume();
                Await.until("reads are fresh again", BrokenStorage.PATIENCE, () -> isUpToDate(service.get("/image")));
                Await.until(
                        "no file of a failed write is left",
                        BrokenStorage.PATIENCE,
                        () -> storage.disk().others().isEmpty());
                outcomes.add(outcome(write, answers.element(), service.get("/image"), before, next));
            }
            System.out.printf("%s during which an outage began: %s%n", write, outcomes);
            assertThat(outcomes).isSubsetOf(write.done + " new", "503 old", "503 old unknown", "503 new unknown");
        }
    }

    /** Whether an answer is marked as neither stale nor unavailable. It may say that there is no image. */
    private static boolean isUpToDate(Reply reply) {
        return reply.status() != 503 && reply.header("Cache-Status").isEmpty();
    }

    private static String outcome(Write write, Reply answer, Reply now, byte[] before, byte[] next) {
        boolean changed = write == Write.DELETE ? now.status() == 404 : Arrays.equals(now.body(), next);
        if (!changed) {
            assertFresh(now, before);
        }
        boolean unknown = answer.text().contains("while the image was being ");
        return "%d %s%s".formatted(answer.status(), changed ? "new" : "old", unknown ? " unknown" : "");
    }
}
