package io.latestimage.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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
 * Clients that ask for the image, and now and then upload a small one, until the first request of theirs that fails.
 * They pause between requests, so that a test machine of two cores has something left for the service.
 */
public final class ClientLoad implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final int SMALL = 2_000;

    private final int port;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /**
     * One request and what became of it.
     *
     * @param start {@link System#nanoTime()}
     * @param end the same, when the answer was complete or the failure was noticed
     * @param closes whether the answer says {@code Connection: close}
     * @param failure null if it was answered as it should be
     */
    public record Sample(
            long start, long end, boolean closes, @Nullable String failure) {}

    public ClientLoad(int port) {
        this.port = port;
    }

    /** Adds clients that keep their connection for as long as the server lets them. */
    public void addKeepAlive(int count) {
        add(count, true);
    }

    /** Adds clients that make a connection for each request. */
    public void addNewConnection(int count) {
        add(count, false);
    }

    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    private void add(int count, boolean keepAlive) {
        for (int i = 0; i < count; i++) {
            Random random = new Random(i);
            clients.execute(() -> run(keepAlive, random));
        }
    }

    private void run(boolean keepAlive, Random random) {
        RawClient client = null;
        while (!stopped) {
            byte[] request = random.nextInt(20) == 0
                    ? Form.upload(Form.png(random.nextLong(), SMALL))
                    : RawClient.head("GET", "/image").getBytes(ISO_8859_1);
            long start = System.nanoTime();
            try {
                client = client == null ? RawClient.connect(port) : client;
                client.send(request);
                RawClient.Response response = client.readResponse();
                boolean closes = response.header("Connection").equals(java.util.Optional.of("close"));
                boolean expected = response.status() == (request[0] == 'P' ? 201 : 200);
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
        closeQuietly(client);
    }

    private static void closeQuietly(@Nullable RawClient client) {
        try {
            if (client != null) {
                client.close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits until all clients have ended. */
    public void end() {
        stopped = true;
        clients.close();
    }

    @Override
    public void close() {
        end();
    }
}
