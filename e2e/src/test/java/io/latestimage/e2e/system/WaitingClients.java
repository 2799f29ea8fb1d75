package io.latestimage.e2e.system;

import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.Target;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that wait until there is another image, or until they are sent away. Each has a connection of its own. */
final class WaitingClients implements AutoCloseable {
    /** How many clients connect at the same time; the system would refuse some of thousands. */
    private static final int CONNECTING = 100;

    private static final int NOT_MODIFIED = 304;

    /**
     * The last answer to a client.
     *
     * @param closes whether it has {@code Connection: close}
     * @param hash of its body ({@link Arrays#hashCode(byte[])}), because thousands of bodies would fill the memory
     * @param time when it was received, {@link System#nanoTime()}
     */
    record Ended(int status, boolean closes, int hash, long time) {}

    private final Target target;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore connecting = new Semaphore(CONNECTING);
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong repeated = new AtomicLong();

    WaitingClients(Target target) {
        this.target = target;
    }

    /**
     * Starts clients.
     *
     * @param version the SHA-256 of the image that they have
     */
    void start(int count, String version) {
        for (int i = 0; i < count; i++) {
            threads.execute(() -> run(version));
        }
    }

    private void run(String version) {
        try (RawConnection connection = connect()) {
            send(connection, version);
            Reply reply = connection.readReply();
            while (isTimeOver(reply)) {
                repeated.incrementAndGet();
                send(connection, version);
                reply = connection.readReply();
            }
            boolean closes = reply.header("Connection").equals("close");
            ended.add(new Ended(reply.status(), closes, Arrays.hashCode(reply.body()), System.nanoTime()));
        } catch (IOException | RuntimeException e) {
            failures.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RawConnection connect() throws IOException, InterruptedException {
        connecting.acquire();
        try {
            return RawConnection.to(target);
        } finally {
            connecting.release();
        }
    }

    private static void send(RawConnection connection, String version) throws IOException {
        connection.sendHead("GET", "/image", "If-None-Match: \"" + version + '"', "Prefer: wait=50");
    }

    private static boolean isTimeOver(Reply reply) {
        return reply.status() == NOT_MODIFIED
                && reply.header("Preference-Applied").equals("wait=50");
    }

    /** The last answers so far, in the order in which they came. */
    List<Ended> ended() {
        return List.copyOf(ended);
    }

    /** The number of last answers so far. */
    int endedCount() {
        return ended.size();
    }

    /** What has failed, one text each. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** How many waits took their whole time, so that the client has asked again. */
    long repeated() {
        return repeated.get();
    }

    @Override
    public void close() {
        threads.shutdownNow(); // which closes the sockets, because the threads are virtual
    }
}
