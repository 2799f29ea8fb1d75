package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Images;
import io.latestimage.e2e.Images.Image;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each slow reader reads a different image. The spool is a real file system that holds nothing else, so its used space
 * is what the readers cost. Before the service disconnected slow readers, that was all 128 MiB of their images. The
 * control, a server that disconnects nobody, is in RevokedReaderTest of the service.
 */
@Tag("system")
class SlowReadersTest {
    private static final int READERS = 16;
    private static final long LIMIT = 1 << 20;
    /** How many copies are kept: the latest one, and one that is in progress or has just been replaced. */
    private static final int KEPT = 2;

    @TempDir
    private Path folder;

    private final Images images = new Images(1);
    private final List<SlowReader> readers = new ArrayList<>();
    private final List<String> versions = new ArrayList<>();

    @Test
    void takeNoMoreOfTheSpoolThanItsLimit() throws Exception {
        Path spool = folder.resolve("spool");
        try (TestMount _ = TestMount.tmpfs(spool, "400m");
                ServiceProcess service = ServiceProcess.start(Map.of(
                        "IMAGE_DIR", folder.resolve("data").toString(),
                        "SPOOL_DIR", spool.toString(),
                        "SPOOL_SIZE", LIMIT + "B"))) {
            AtomicLong most = new AtomicLong();
            AtomicBoolean done = new AtomicBoolean();
            Thread observer = Thread.ofPlatform().start(() -> observe(spool, most, done));
            for (int i = 0; i < READERS; i++) {
                Image image = images.next(SlowReader.SIZE);
                assertThat(service.upload(image.bytes()).status()).isEqualTo(201);
                assertFresh(service, image.bytes());
                readers.add(SlowReader.start(service));
                versions.add(image.version());
            }
            done.set(true);
            observer.join();
            assertThat(most.get())
                    .as("most bytes in the spool at once")
                    .isBetween((long) SlowReader.SIZE, LIMIT + KEPT * (long) SlowReader.SIZE);
            for (int i = 0; i < READERS; i++) {
                byte[] body = readers.get(i).readRest();
                if (i < READERS - KEPT) {
                    assertThat(body).as("reader %d is disconnected", i).hasSizeLessThan(SlowReader.SIZE);
                } else {
                    assertThat(body)
                            .as("reader %d", i)
                            .isEqualTo(images.find(versions.get(i)).orElseThrow());
                }
            }
            service.kill();
        } finally {
            for (SlowReader reader : readers) {
                reader.close();
            }
        }
    }

    private static void observe(Path spool, AtomicLong most, AtomicBoolean done) {
        try {
            FileStore store = Files.getFileStore(spool);
            while (!done.get()) {
                most.accumulateAndGet(store.getTotalSpace() - store.getUnallocatedSpace(), Math::max);
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            most.set(-1);
        }
    }
}
