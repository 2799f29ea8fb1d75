package io.latestimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.Main;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.ServiceProcess;
import io.latestimage.testing.SlowReader;
import io.latestimage.testing.TestMount;
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
 * Slow readers, each of an image of its own, and what they take of a real file system that has nothing else in it.
 * Before they were disconnected, it was all 128 MiB of their images. {@link RevokedReaderTest} has a server as a
 * control that disconnects nobody.
 */
@Tag("system")
class SlowReadersTest {
    private static final int READERS = 16;
    private static final long LIMIT = 1 << 20;
    /** The latest, and the next one in the making, or the one that has just been replaced. */
    private static final int IMAGES = 2;

    @TempDir
    private Path folder;

    private final List<SlowReader> readers = new ArrayList<>();

    @Test
    void takeNoMoreOfTheSpoolThanIsAllowed() throws Exception {
        Path spool = folder.resolve("spool");
        try (TestMount _ = TestMount.tmpfs(spool, "400m");
                ServiceProcess service = ServiceProcess.start(
                        Main.class,
                        List.of(),
                        Map.of(
                                "IMAGE_DIR", folder.resolve("data").toString(),
                                "SPOOL_DIR", spool.toString(),
                                "SPOOL_SIZE", LIMIT + "B"))) {
            AtomicLong most = new AtomicLong();
            AtomicBoolean done = new AtomicBoolean();
            Thread observer = Thread.ofPlatform().start(() -> observe(spool, most, done));
            for (int i = 0; i < READERS; i++) {
                byte[] image = Form.png(i, SlowReader.SIZE);
                assertThat(RawClient.exchange(service.port(), Form.upload(image))
                                .status())
                        .isEqualTo(201);
                RawClient.Response fast = RawClient.get(service.port(), "/image");
                assertThat(fast.status()).isEqualTo(200);
                assertThat(fast.header("Cache-Status")).isEmpty();
                assertThat(fast.body()).isEqualTo(image);
                readers.add(SlowReader.start(service.port()));
            }
            done.set(true);
            observer.join();
            assertThat(most.get())
                    .as("most bytes in the spool at once")
                    .isBetween((long) SlowReader.SIZE, LIMIT + IMAGES * (long) SlowReader.SIZE);
            for (int i = 0; i < READERS; i++) {
                byte[] body = readers.get(i).readRest();
                if (i < READERS - IMAGES) {
                    assertThat(body).as("reader %d is disconnected", i).hasSizeLessThan(SlowReader.SIZE);
                } else {
                    assertThat(body).as("reader %d", i).isEqualTo(Form.png(i, SlowReader.SIZE));
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
