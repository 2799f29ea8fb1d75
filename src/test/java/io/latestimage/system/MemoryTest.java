package io.latestimage.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.Main;
import io.latestimage.control.BufferingMain;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.ServiceProcess;
import io.latestimage.testing.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A heap of 48 MiB, and more than fits into it of everything. */
@Tag("system")
class MemoryTest {
    private static final int LARGE = 20 << 20;
    private static final int CHUNK = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void takesLargeUploadsAndRefusesTooLargeOnesAllTheTime() throws Exception {
        try (ServiceProcess service = start(Main.class)) {
            byte[] last = takeAndRefuse(service, 100);
            assertThat(RawClient.get(service.port(), "/image").body()).isEqualTo(last);
            assertThat(service.log()).noneMatch(line -> line.contains("OutOfMemory"));
            Await.until(
                    "nothing is left",
                    Duration.ofSeconds(60),
                    () -> StoredImage.others(folder.resolve("data")).isEmpty());
        }
    }

    @Test
    void negativeControlHoldingUploadsInMemoryRunsOutOfIt() throws Exception {
        try (ServiceProcess service = start(BufferingMain.class)) {
            assertThatThrownBy(() -> takeAndRefuse(service, 2)).isNotNull();
            Await.until(
                    "out of memory",
                    Duration.ofSeconds(60),
                    () -> service.log().stream().anyMatch(line -> line.contains("OutOfMemoryError")));
        }
    }

    /** Both at once. Chunked, so that no declared length tells how much there is before it is read. */
    private static byte[] takeAndRefuse(ServiceProcess service, int rounds) throws Exception {
        byte[] image = Form.png(1, LARGE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> refused = threads.submit(() -> {
                for (int round = 0; round < rounds; round++) {
                    assertThat(uploadChunked(service, Form.png(2, LARGE), 280)).isEqualTo(413);
                }
                return null;
            });
            for (int round = 0; round < rounds; round++) {
                image[LARGE - 1] = (byte) round;
                assertThat(uploadChunked(service, image, 0)).isEqualTo(201);
            }
            refused.get();
        }
        return image;
    }

    @Test
    void feedsSlowReadersOfManyVersions() throws Exception {
        int size = 10_000_000;
        List<RawClient> readers = new ArrayList<>();
        try (ServiceProcess service = start(Main.class);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                assertThat(upload(service, Form.png(i, size))).isEqualTo(201);
                RawClient reader = RawClient.connect(service.port());
                reader.socket().setReceiveBufferSize(16 * 1024);
                reader.send(RawClient.head("GET", "/image"));
                readers.add(reader);
                readHead(reader.socket().getInputStream()); // it has this version, whatever comes after
            }
            long slowUntil = System.nanoTime() + Duration.ofSeconds(6).toNanos();
            List<Future<byte[]>> bodies = new ArrayList<>();
            for (RawClient reader : readers) {
                Callable<byte[]> task = () -> readSlowlyThenFast(reader, size, slowUntil);
                bodies.add(threads.submit(task));
            }
            byte[] last = Form.png(63, size);
            int answered = 0;
            while (System.nanoTime() - slowUntil < 0) {
                assertThat(RawClient.get(service.port(), "/image").body()).isEqualTo(last);
                last = Form.png(1000 + answered, size);
                assertThat(upload(service, last)).isEqualTo(201);
                answered++;
            }
            assertThat(answered).as("uploads meanwhile").isPositive();
            for (int i = 0; i < bodies.size(); i++) {
                assertThat(Arrays.equals(bodies.get(i).get(), Form.png(i, size)))
                        .as("body %d", i)
                        .isTrue();
            }
            assertThat(service.log()).noneMatch(line -> line.contains("OutOfMemory"));
        } finally {
            for (RawClient reader : readers) {
                reader.close();
            }
        }
    }

    private ServiceProcess start(Class<?> mainClass) throws IOException {
        return ServiceProcess.start(
                mainClass,
                List.of("-Xmx48m"),
                Map.of("IMAGE_DIR", folder.resolve("data").toString(), "SPOOL_DIR", folder.toString()));
    }

    private static int upload(ServiceProcess service, byte[] image) throws IOException {
        return RawClient.exchange(service.port(), Form.upload(image)).status();
    }

    private static void readHead(InputStream in) throws IOException {
        int previous = 0;
        for (int next = in.read(); !(previous == '\n' && next == '\r'); next = in.read()) {
            assertThat(next).isNotNegative();
            previous = next;
        }
        assertThat(in.read()).isEqualTo('\n');
    }

    /** 10 KB a second, and from some time on as fast as it goes. */
    private static byte[] readSlowlyThenFast(RawClient reader, int size, long slowUntil) throws IOException {
        byte[] body = new byte[size];
        int at = 0;
        while (System.nanoTime() - slowUntil < 0) {
            at += reader.socket().getInputStream().readNBytes(body, at, 1000);
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        assertThat(reader.socket().getInputStream().readNBytes(body, at, size - at))
                .isEqualTo(size - at);
        return body;
    }

    /**
     * Sends a form as chunks, and reads the answer after all of it: nobody who stops sending when an answer comes would
     * show how much is read.
     *
     * @param moreMebibytes is added to the image, of zeros
     */
    private static int uploadChunked(ServiceProcess service, byte[] image, int moreMebibytes) throws IOException {
        byte[] form = Form.of(image);
        int end = form.length - ("\r\n--" + Form.BOUNDARY + "--\r\n").length();
        try (RawClient client = RawClient.connect(service.port())) {
            client.send(RawClient.head("POST", "/upload", Form.CONTENT_TYPE, "Transfer-Encoding: chunked"));
            sendChunk(client, form, 0, end);
            byte[] zeros = new byte[CHUNK];
            for (int i = 0; i < moreMebibytes; i++) {
                sendChunk(client, zeros, 0, CHUNK);
            }
            sendChunk(client, form, end, form.length - end);
            client.send("0\r\n\r\n");
            return client.readResponse().status();
        }
    }

    private static void sendChunk(RawClient client, byte[] bytes, int offset, int length) throws IOException {
        client.send(Integer.toHexString(length) + "\r\n");
        client.socket().getOutputStream().write(bytes, offset, length);
        client.send("\r\n".getBytes(ISO_8859_1));
    }
}
