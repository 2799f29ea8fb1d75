package io.latestimage.e2e.system;

import io.latestimage.e2e.Images;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.UploadForm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that download the image, and sometimes upload a small one. Each client ends with its first failed request.
 * Clients pause between requests, so that a test machine with two cores has time left for the service.
 */
final class ClientLoad implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int SMALL = 2_000;

    private final Target target;
    private final Images images = new Images(1);
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /**
     * One request and its result.
     *
     * @param start {@link System#nanoTime()}
     * @param end {@link System#nanoTime()} when the answer was complete or the request had failed
     * @param closes whether the answer says {@code Connection: close}
     * @param failure null if the answer had the expected status
     */
    record Sample(
            long start, long end, boolean closes, @Nullable String failure) {}

    ClientLoad(Target target) {
        this.target = target;
    }

    /** Adds clients that use a connection until the server closes it. */
    void addKeepAlive(int count) {
        add(count, true);
    }

    /** Adds clients that open a new connection for each request. */
    void addNewConnection(int count) {
        add(count, false);
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    private void add(int count, boolean keepAlive) {
        for (int i = 0; i < count; i++) {
            Random random = new Random(i);
            clients.execute(() -> run(keepAlive, random));
        }
    }

    private void run(boolean keepAlive, Random random) {
        RawConnection client = null;
        while (!stopped) {
            boolean upload = random.nextInt(20) == 0;
            long start = System.nanoTime();
            try {
                client = client == null ? RawConnection.to(target) : client;
                send(client, upload);
                Reply response = client.readReply();
                boolean closes = response.header("Connection").equals("close");
                boolean expected = response.status() == (upload ? 201 : 200);
                String failure = expected ? null : response.status() + " " + response.text();
                samples.add(new Sample(start, System.nanoTime(), closes, failure));
                if (!expected) {
                    break;
                }
                if (closes || !keepAlive) {
                    client.close();
                    client = null;
                }
            } catch (IOException e) {
                samples.add(new Sample(start, System.nanoTime(), false, e.toString()));
                break;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        if (client != null) {
            client.close();
        }
    }

    private void send(RawConnection client, boolean upload) throws IOException {
        if (upload) {
            byte[] form = UploadForm.of(images.next(SMALL).bytes());
            client.sendHead(
                    "POST", "/upload", "Content-Type: " + UploadForm.CONTENT_TYPE, "Content-Length: " + form.length);
            client.send(form);
        } else {
            client.sendHead("GET", "/image");
        }
    }

    /** Waits until all clients have ended. */
    void end() {
        stopped = true;
        clients.close();
    }

    @Override
    public void close() {
        end();
    }
}
