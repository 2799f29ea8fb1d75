package io.latestimage.e2e.gitops;

import io.latestimage.e2e.cluster.ReleaseClient;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Downloads the image of a release twice a second, and records each download that fails or is another image. */
final class Watch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration LONGEST_DOWNLOAD = Duration.ofSeconds(10);

    private final ReleaseClient client;
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger downloads = new AtomicInteger();
    /** Held during a check. Fair, so that a check in progress is the last one that {@link #failures} waits for. */
    private final Lock checking = new ReentrantLock(true);

    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    /** Starts the downloads. The release must have its own image already. */
    Watch(ReleaseClient client) {
        this.client = client;
        this.thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
        try {
            while (!stop.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS)) {
                checking.lock();
                try {
                    check();
                } finally {
                    checking.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void check() throws InterruptedException {
        long begun = System.nanoTime();
        Optional<String> problem = client.problemWithOwn();
        downloads.incrementAndGet();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (problem.isPresent()) {
            note(problem.get());
        } else if (took.compareTo(LONGEST_DOWNLOAD) > 0) {
            note("a download took %d s".formatted(took.toSeconds()));
        }
    }

    private void note(String problem) {
        failures.add(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " " + problem);
    }

    /**
     * The failed or slow downloads so far, each with its time. Waits for the end of a check in progress: an image that
     * is marked as stale at this moment may stay so, which is a failure.
     *
     * @throws IllegalStateException if the watch has ended, which is a defect of this class
     */
    List<String> failures() {
        if (!isRunning()) {
            throw new IllegalStateException("the watch of %s has ended; this is a defect of it"
                    .formatted(client.target().name()));
        }
        checking.lock();
        try {
            return List.copyOf(failures);
        } finally {
            checking.unlock();
        }
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    /** The number of downloads so far. */
    int downloads() {
        return downloads.get();
    }

    /** The number of downloads so far that were marked as stale. */
    int staleDownloads() {
        return client.staleDownloads();
    }

    @Override
    public void close() {
        stop.countDown();
        thread.interrupt();
    }
}
