package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.Images.Image;
import io.latestimage.e2e.system.WaitingClients.Ended;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients wait for another image on one replica, which has the memory of a small container. {@code make test} has
 * 100 of them, and {@code make soak} 10,000.
 */
@EnabledOnOs(OS.LINUX) // what the process uses is read from /proc
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class WaitingSoakTest {
    private static final int CLIENTS = Integer.parseInt(System.getenv().getOrDefault("SOAK_CLIENTS", "100"));
    /** The first clients. What a process needs for the first client of all is not counted for the others. */
    private static final int FIRST_CLIENTS = CLIENTS / 10;

    /** In KiB, of the whole process. */
    private static final long MEMORY = 256 * 1024;

    private static final List<String> JVM_OPTIONS = List.of(
            "@"
                    + Path.of("..", "src", "main", "docker", "jvm.options")
                            .toAbsolutePath()
                            .normalize(),
            "-Xmx128m"); // instead of 64 MiB: some 8 KiB for each of 10,000 connections
    /** Threads that the JVM starts when it has much to do: compilers, carriers of virtual threads, selectors. */
    private static final long MORE_THREADS = 12;

    /** Three quarters of the connections may wait. A few more may wait than there are clients: those that ask again. */
    private static final int CONNECTIONS = CLIENTS * 4 / 3 + 100;
    /** File descriptors besides those of connections: a few hundred, see ImageServer. */
    private static final int OTHER_FILES = 1000;

    private static final Duration DRAIN_TIME = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final int WINDOWS = 20;

    @TempDir
    private Path folder;

    private final Images images = new Images(1);
    private final Image first = images.next(10_000);
    private final Image next = images.next(10_000);

    @Test
    void costsOneRevalidationForAllAndNoThreadEach() throws Exception {
        assertThat(firstNumber(Path.of("/proc/self/limits"), "Max open files"))
                .as("the limit of open files; raise it: ulimit -Hn")
                .isGreaterThan(CONNECTIONS + OTHER_FILES);
        Path file = Files.write(folder.resolve("counters"), new byte[2 * Long.BYTES]);
        try (ServiceProcess other = ServiceProcess.start(Map.of("IMAGE_DIR", data(), "DRAIN_TIME", "0s"));
                ServiceProcess service = start(file);
                WaitingClients clients = new WaitingClients(service.target());
                WaitingClients later = new WaitingClients(service.target())) {
            Counters counters = new Counters(map(file));
            assertThat(service.upload(first.bytes()).status()).isEqualTo(201);
            clients.start(FIRST_CLIENTS, first.version());
            awaitWaiting(counters, FIRST_CLIENTS);
            long threads = Footprint.threadsOf(service);
            clients.start(CLIENTS - FIRST_CLIENTS, first.version());
            awaitWaiting(counters, CLIENTS);
            assertThat(Footprint.threadsOf(service)).as("platform threads").isLessThanOrEqualTo(threads + MORE_THREADS);
            assertRevalidatesTwiceASecond(counters, clients);

            assertAllGetTheNextImage(counters, clients, other);
            assertThat(Footprint.threadsOf(service)).as("platform threads").isLessThanOrEqualTo(threads + MORE_THREADS);

            later.start(CLIENTS, next.version());
            awaitWaiting(counters, CLIENTS);
            assertDrainSendsAllAway(service, later);
        }
    }

    private ServiceProcess start(Path counters) throws IOException {
        return ServiceProcess.start(
                Program.COUNTING,
                Stream.concat(JVM_OPTIONS.stream(), Stream.of("-Djava.io.tmpdir=" + folder))
                        .toList(),
                Map.of(
                        "IMAGE_DIR", data(),
                        "SPOOL_DIR", folder.resolve("spool").toString(),
                        "MAX_CONNECTIONS", String.valueOf(CONNECTIONS),
                        "DRAIN_TIME", DRAIN_TIME.toSeconds() + "s",
                        "STORAGE_TIMEOUT", "30s", // a slow test machine is no outage
                        "COUNTERS", counters.toString()));
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    /** Those whose time is over ask again, and so a few may not wait just now. */
    private static void awaitWaiting(Counters counters, int count) throws Exception {
        Await.until("%d requests wait".formatted(count), PATIENCE, () -> counters.waiting() >= count - count / 100);
    }

    /** A client that asks, or asks again, causes a revalidation. So this looks for a time in which none does. */
    private static void assertRevalidatesTwiceASecond(Counters counters, WaitingClients clients) throws Exception {
        for (int i = 0; i < WINDOWS; i++) {
            long repeated = clients.repeated();
            boolean all = counters.waiting() == CLIENTS;
            long before = counters.revalidations();
            long begun = System.nanoTime();
            Await.pass(WINDOW);
            long revalidations = counters.revalidations() - before;
            long most = 2 * (System.nanoTime() - begun) / 1_000_000_000 + 2;
            if (all && clients.repeated() == repeated) {
                System.out.printf("%d clients wait, %d revalidations in 5 s%n", CLIENTS, revalidations);
                assertThat(revalidations).isBetween(1L, most);
                return;
            }
        }
        throw new AssertionError("whenever this looked, a client was asking");
    }

    private void assertAllGetTheNextImage(Counters counters, WaitingClients clients, ServiceProcess other)
            throws Exception {
        long before = counters.revalidations() - clients.repeated();
        long begun = System.nanoTime();
        assertThat(other.upload(next.bytes()).status()).isEqualTo(201);
        long uploaded = System.nanoTime();
        Await.until("all have an answer", PATIENCE, () -> clients.endedCount() == CLIENTS);
        long revalidations = counters.revalidations() - clients.repeated() - before;
        long last = clients.ended().stream().mapToLong(Ended::time).max().orElseThrow();
        System.out.printf(
                "%d clients have the next image within %d ms, %d revalidations%n",
                CLIENTS, TimeUnit.NANOSECONDS.toMillis(last - uploaded), revalidations);
        assertThat(clients.failures()).isEmpty();
        assertThat(clients.ended()).allSatisfy(ended -> {
            assertThat(ended.status()).isEqualTo(200);
            assertThat(ended.closes()).isFalse();
            assertThat(ended.hash()).isEqualTo(Arrays.hashCode(next.bytes()));
        });
        // The one that finds the image serves all. The others are those of every half second.
        assertThat(revalidations).isLessThanOrEqualTo(2 * (System.nanoTime() - begun) / 1_000_000_000 + 2);
    }

    /** All are sent away by the drain, and not all at once: they are spread over four of its five seconds. */
    private static void assertDrainSendsAllAway(ServiceProcess service, WaitingClients clients) throws Exception {
        long peak =
                firstNumber(Path.of("/proc", String.valueOf(service.process().pid()), "status"), "VmHWM:");
        System.out.printf("%d clients: %d MiB at most%n", CLIENTS, peak / 1024);
        assertThat(peak).as("KiB of memory").isBetween(1L, MEMORY);
        long signalled = System.nanoTime();
        service.terminate();
        Await.until("all have been sent away", PATIENCE, () -> clients.endedCount() == CLIENTS);
        assertThat(clients.failures()).isEmpty();
        assertThat(clients.ended()).allSatisfy(ended -> {
            assertThat(ended.status()).isEqualTo(304);
            assertThat(ended.closes()).isTrue();
        });
        long early = clients.ended().stream()
                .filter(ended -> ended.time() - signalled < TimeUnit.SECONDS.toNanos(1))
                .count();
        assertThat(early).as("sent away in the first of five seconds").isLessThan(CLIENTS / 2);
        assertThat(service.process().waitFor()).isZero();
        assertThat(service.log()).noneMatch(line -> line.contains("OutOfMemory") || line.contains("Unexpected error"));
    }

    /** The first number in the line of a file of /proc that begins with this text. */
    private static long firstNumber(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+", 2)[0])
                .mapToLong(number -> number.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(number))
                .findFirst()
                .orElseThrow();
    }

    private static MappedByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, 2 * Long.BYTES);
        }
    }

    /** What CountingMain of the service's tests writes. */
    private record Counters(MappedByteBuffer bytes) {
        long revalidations() {
            return bytes.getLong(0);
        }

        long waiting() {
            return bytes.getLong(Long.BYTES);
        }
    }
}
