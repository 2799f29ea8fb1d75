package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static io.latestimage.e2e.system.Promises.isFresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An outage of the storage begins during an upload. The answer says truthfully whether the image was replaced. */
@Tag("system")
class OutageUploadTest {
    private final Images images = new Images(1);
    private final byte[] image = images.next(300_000).bytes();

    /**
     * The outage begins at a different moment of each upload. An acknowledged upload has replaced the image, and a
     * refused one never does. If the answer says that the outcome is uncertain, both are permitted.
     */
    @Test
    void answersTruthfullyWhenAnOutageBeginsDuringAnUpload(@TempDir Path folder) throws Exception {
        BrokenStorage storage = new BrokenStorage(folder);
        try (TestMount mount = storage.mount();
                ServiceProcess service = storage.start(Program.SERVICE, "STORAGE_TIMEOUT", "500ms")) {
            byte[] before = image;
            assertThat(service.upload(before).status()).isEqualTo(201);
            List<String> outcomes = new ArrayList<>();
            for (int round = 0; round < 12; round++) {
                byte[] next = images.next(2_000_000).bytes();
                byte[] manifest = storage.disk().manifest();
                ConcurrentLinkedQueue<Reply> answers = new ConcurrentLinkedQueue<>();
                Thread uploader = Thread.ofVirtual().start(() -> {
                    try {
                        answers.add(service.upload(next));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                if (round < 6) {
                    LockSupport.parkNanos(Duration.ofMillis(4L * round).toNanos());
                } else {
                    storage.disk().awaitChange(manifest);
                }
                mount.stop();
                uploader.join();
                mount.resume();
                Await.until("downloads are fresh again", BrokenStorage.PATIENCE, () -> isFresh(service));
                Await.until(
                        "no file of a failed upload is left",
                        BrokenStorage.PATIENCE,
                        () -> storage.disk().others().isEmpty());
                Reply answer = answers.element();
                boolean replaced = Arrays.equals(service.get("/image").body(), next);
                boolean unknown = answer.text().contains("while the image was being replaced");
                outcomes.add("%d %s%s".formatted(answer.status(), replaced ? "new" : "old", unknown ? " unknown" : ""));
                before = replaced ? next : before;
                assertFresh(service, before);
            }
            System.out.println("Uploads during which an outage began: " + outcomes);
            assertThat(outcomes).isSubsetOf("201 new", "503 old", "503 old unknown", "503 new unknown");
        }
    }
}
