package io.latestimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three replicas over one folder are one register: whoever reads after somebody wrote, on whichever replica, sees that
 * or something later. Every value is an image of its own, known by its hash.
 */
@Tag("system")
class LinearizabilityTest {
    private static final int REPLICAS = 3;
    private static final int READERS = 8;
    private static final int WRITERS = 3;
    /** On a machine so slow that there are fewer, it takes longer. */
    private static final int MIN_OPERATIONS = 1_000;
    /** So long that no slow moment of the test machine makes the service take the storage for dead. */
    private static final String STORAGE_TIMEOUT = "30s";

    @TempDir
    private Path folder;

    private final RegisterHistory history = new RegisterHistory();
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger writes = new AtomicInteger();
    private final List<ServiceProcess> replicas = new ArrayList<>();

    @Test
    void readersOfAllReplicasSeeTheLatestImage() throws Exception {
        run(Main.class, Duration.ofSeconds(20));
        assertThat(failures).isEmpty();
        assertThat(history.violation()).isEmpty();
        assertThat(writes.get()).isPositive();
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            assertThat(files).containsExactly(folder.resolve("data").resolve("image"));
        }
    }

    @Test
    void negativeControlWithoutTheCheckReadersSeeOldImages() throws Exception {
        run(UncheckedMain.class, Duration.ofSeconds(8));
        assertThat(failures).isEmpty();
        assertThat(history.violation()).isPresent();
    }

    private void run(Class<?> mainClass, Duration duration) throws Exception {
        try {
            for (int i = 0; i < REPLICAS; i++) {
                replicas.add(ServiceProcess.start(
                        mainClass,
                        List.of("-Xmx128m"),
                        Map.of("IMAGE_DIR", folder.resolve("data").toString(), "STORAGE_TIMEOUT", STORAGE_TIMEOUT)));
            }
            long end = System.nanoTime() + duration.toNanos();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < READERS + WRITERS; i++) {
                    int seed = i;
                    clients.execute(() -> {
                        try {
                            runClient(seed < WRITERS, new Random(seed), end);
                        } catch (IOException | RuntimeException e) {
                            failures.add(e.toString());
                        }
                    });
                }
            }
        } finally {
            for (ServiceProcess replica : replicas) {
                replica.kill();
            }
        }
        System.out.printf(
                "%s: %d operations, %d of them writes%n", mainClass.getSimpleName(), history.size(), writes.get());
    }

    /** Each client has a connection to each replica, and asks any. */
    private void runClient(boolean writer, Random random, long end) throws IOException {
        List<RawClient> connections = new ArrayList<>();
        try {
            for (ServiceProcess replica : replicas) {
                connections.add(RawClient.connect(replica.port()));
            }
            while (System.nanoTime() - end < 0 || history.size() < MIN_OPERATIONS) {
                RawClient connection = connections.get(random.nextInt(REPLICAS));
                if (writer) {
                    write(connection, random);
                } else {
                    read(connection);
                }
            }
        } finally {
            for (RawClient connection : connections) {
                connection.close();
            }
        }
    }

    private void write(RawClient client, Random random) throws IOException {
        // Of three sizes only: versions that differ in their size would be too easy to tell apart.
        byte[] image = Form.png(random.nextLong(), 10_000 << random.nextInt(3));
        String value = hash(image);
        sent.add(value);
        byte[] request = Form.upload(image);
        long start = System.nanoTime();
        int status = 0;
        try {
            client.send(request);
            status = client.readResponse().status();
        } finally {
            if (status == 201) {
                history.write(value, start, System.nanoTime());
                writes.incrementAndGet();
            } else {
                history.writeWithoutAnswer(value, start);
            }
        }
        if (status != 201) {
            failures.add("upload: " + status);
        }
    }

    private void read(RawClient client) throws IOException {
        long start = System.nanoTime();
        client.send(RawClient.head("GET", "/image"));
        RawClient.Response response = client.readResponse();
        long end = System.nanoTime();
        if (response.status() == 404) {
            history.read(RegisterHistory.INITIAL, start, end);
        } else if (response.status() != 200 || response.header("Cache-Status").isPresent()) {
            failures.add("GET: " + response.status() + response.headers());
        } else {
            String value = hash(response.body());
            history.read(value, start, end);
            if (!sent.contains(value)) {
                failures.add("mixed or short: " + response.headers());
            }
        }
    }

    private static String hash(byte[] image) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
