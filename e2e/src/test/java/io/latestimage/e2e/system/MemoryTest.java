package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.Images.Image;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.RawConnection.Head;
import io.latestimage.e2e.UploadForm;
import java.io.IOException;
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

/** The heap has 48 MiB. Each test sends or requests more than fits into it. */
@Tag("system")
class MemoryTest {
    private static final int LARGE = 20 << 20;
    private static final int CHUNK = 1 << 20;

    @TempDir
    private Path folder;

    private final Images images = new Images(1);

    @Test
    void takesLargeUploadsWhileItRejectsTooLargeOnes() throws Exception {
        try (ServiceProcess service = start(Program.SERVICE)) {
            byte[] last = takeAndRefuse(service, 100);
            assertThat(service.get("/image").body()).isEqualTo(last);
            assertThat(service.log()).noneMatch(line -> line.contains("OutOfMemory"));
            Await.until(
                    "no file of a rejected upload is left",
                    Duration.ofSeconds(60),
                    () -> new VolumeFolder(folder.resolve("data")).others().isEmpty());
        }
    }

    @Test
    void negativeControlBufferingUploadsRunsOutOfMemory() throws Exception {
        try (ServiceProcess service = start(Program.BUFFERING)) {
            assertThatThrownBy(() -> takeAndRefuse(service, 2)).isNotNull();
            Await.until(
                    "out of memory",
                    Duration.ofSeconds(60),
                    () -> service.log().stream().anyMatch(line -> line.contains("OutOfMemoryError")));
        }
    }

    /**
     * Sends both kinds of uploads at once. They are chunked, so that the service must read them to learn their size.
     */
    private byte[] takeAndRefuse(ServiceProcess service, int rounds) throws Exception {
        byte[] image = images.next(LARGE).bytes();
        byte[] other = images.next(LARGE).bytes();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> refused = threads.submit(() -> {
                for (int round = 0; round < rounds; round++) {
                    assertThat(uploadChunked(service, other, 280)).isEqualTo(413);
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
        List<RawConnection> readers = new ArrayList<>();
        List<Head> heads = new ArrayList<>();
        List<String> versions = new ArrayList<>();
        try (ServiceProcess service = start(Program.SERVICE);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                Image image = images.next(size);
                versions.add(image.version());
                assertThat(service.upload(image.bytes()).status()).isEqualTo(201);
                RawConnection reader = service.connect();
                reader.socket().setReceiveBufferSize(16 * 1024);
                reader.sendHead("GET", "/image");
                readers.add(reader);
                heads.add(reader.readHead()); // its answer has this version, whatever is uploaded later
            }
            long slowUntil = System.nanoTime() + Duration.ofSeconds(6).toNanos();
            List<Future<byte[]>> bodies = new ArrayList<>();
            for (int i = 0; i < readers.size(); i++) {
                RawConnection reader = readers.get(i);
                Head head = heads.get(i);
                Callable<byte[]> task = () -> readSlowlyThenFast(reader, head, slowUntil);
                bodies.add(threads.submit(task));
            }
            byte[] last = images.find(versions.getLast()).orElseThrow();
            int answered = 0;
            while (System.nanoTime() - slowUntil < 0) {
                assertThat(service.get("/image").body()).isEqualTo(last);
                last = images.next(size).bytes();
                assertThat(service.upload(last).status()).isEqualTo(201);
                answered++;
            }
            assertThat(answered).as("uploads while the readers are slow").isPositive();
            for (int i = 0; i < bodies.size(); i++) {
                assertThat(Arrays.equals(
                                bodies.get(i).get(),
                                images.find(versions.get(i)).orElseThrow()))
                        .as("body %d", i)
                        .isTrue();
            }
            assertThat(service.log()).noneMatch(line -> line.contains("OutOfMemory"));
        } finally {
            readers.forEach(RawConnection::close);
        }
    }

    private ServiceProcess start(Program program) throws IOException {
        return ServiceProcess.start(
                program,
                List.of("-Xmx48m"),
                Map.of("IMAGE_DIR", folder.resolve("data").toString(), "SPOOL_DIR", folder.toString()));
    }

    /**
     * Reads 10 KB a second at first, and then as fast as possible.
     *
     * @param slowUntil {@link System#nanoTime()} at which the slow part ends
     */
    private static byte[] readSlowlyThenFast(RawConnection reader, Head head, long slowUntil) throws IOException {
        return reader.readBody(head, 1000, () -> {
            if (System.nanoTime() - slowUntil < 0) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        });
    }

    /**
     * Sends a form as chunks, and reads the answer only after the whole form. A client that stops when an answer comes
     * would not show how much the service reads.
     *
     * @param moreMebibytes how many MiB of zeros follow the image
     * @return the status of the answer
     */
    private static int uploadChunked(ServiceProcess service, byte[] image, int moreMebibytes) throws IOException {
        byte[] form = UploadForm.of(image);
        int end = form.length - UploadForm.END_LENGTH;
        try (RawConnection client = service.connect()) {
            client.sendHead(
                    "POST", "/upload", "Content-Type: " + UploadForm.CONTENT_TYPE, "Transfer-Encoding: chunked");
            sendChunk(client, form, 0, end);
            byte[] zeros = new byte[CHUNK];
            for (int i = 0; i < moreMebibytes; i++) {
                sendChunk(client, zeros, 0, CHUNK);
            }
            sendChunk(client, form, end, form.length - end);
            client.send("0\r\n\r\n");
            return client.readReply().status();
        }
    }

    private static void sendChunk(RawConnection client, byte[] bytes, int offset, int length) throws IOException {
        client.send(Integer.toHexString(length) + "\r\n");
        client.socket().getOutputStream().write(bytes, offset, length);
        client.send("\r\n");
    }
}
