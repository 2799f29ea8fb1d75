package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Client;
import io.latestimage.e2e.Exchange;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.Operation;
import io.latestimage.e2e.Outcome;
import io.latestimage.e2e.Style;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.UploadWay;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** Clients that send requests until this is closed. They retry nothing, and every answer is recorded. */
final class Traffic implements AutoCloseable {
    private static final Duration DOWNLOADS = Duration.ofMillis(800);
    /** How long the last requests may take. Then they are aborted, and count as failed. */
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(30);

    private static final int FIRST_SIZE = 10_000;

    /** How the clients replace the image. */
    enum Writing {
        /** By uploads without a condition. */
        UPLOADS,
        /** Only by steps of a {@link Counter}. */
        STEPS
    }

    /** A client that runs in its own thread. */
    interface Worker extends Runnable {
        /** Aborts the request in flight, if any. */
        void abort();
    }

    /**
     * A running client.
     *
     * @param what its target and its operation
     */
    private record Running(String what, Worker worker, Thread thread) {}

    private final Images images;
    private final List<Target> targets;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Set<String> quiet = ConcurrentHashMap.newKeySet();
    private final List<Running> running = new ArrayList<>();
    private final Counter counter;

    /**
     * Uploads the first image, and starts the clients.
     *
     * @param uploads the interval of a client that replaces the image
     */
    Traffic(Images images, List<Target> targets, Writing writing, Duration uploads, SplittableRandom random)
            throws IOException {
        this.images = images;
        this.targets = targets;
        Answer first = new Exchange(targets.getFirst(), Style.FRESH, images).upload(images.next(FIRST_SIZE));
        answers.add(first);
        if (first.outcome() != Outcome.DONE) {
            throw new IOException("the first upload fails: " + first.describe());
        }
        counter = new Counter(first.version());
        for (Target target : targets) {
            client(target, Operation.DOWNLOAD, Style.KEEP_ALIVE, UploadWay.FORM, DOWNLOADS, random);
            client(target, Operation.DOWNLOAD, Style.KEEP_ALIVE, UploadWay.FORM, DOWNLOADS, random);
            client(target, Operation.DOWNLOAD, Style.FRESH, UploadWay.FORM, DOWNLOADS.multipliedBy(2), random);
            switch (writing) {
                case UPLOADS -> {
                    client(target, Operation.UPLOAD, Style.KEEP_ALIVE, UploadWay.PUT, uploads, random);
                    client(target, Operation.UPLOAD, Style.FRESH, UploadWay.FORM, uploads.multipliedBy(2), random);
                }
                case STEPS ->
                    start(
                            target,
                            Operation.UPLOAD,
                            new CounterClient(
                                    target,
                                    images,
                                    counter,
                                    uploads,
                                    random.split(),
                                    isQuiet(target, Operation.UPLOAD),
                                    this::record,
                                    stop));
            }
        }
    }

    private void client(
            Target target,
            Operation operation,
            Style style,
            UploadWay way,
            Duration interval,
            SplittableRandom random) {
        Client client = new Client(
                target,
                images,
                operation,
                style,
                way,
                interval,
                random.split(),
                isQuiet(target, operation),
                this::record,
                stop);
        start(target, operation, new Worker() {
            @Override
            public void run() {
                client.run();
            }

            @Override
            public void abort() {
                client.abort();
            }
        });
    }

    private void start(Target target, Operation operation, Worker worker) {
        running.add(
                new Running(what(target, operation), worker, Thread.ofVirtual().start(worker)));
    }

    private static String what(Target target, Operation operation) {
        return target.name() + operation;
    }

    private BooleanSupplier isQuiet(Target target, Operation operation) {
        return () -> quiet.contains(what(target, operation));
    }

    /** Stops this operation through this target until {@link #resume} is called. */
    void silence(Target target, Operation operation) {
        quiet.add(what(target, operation));
    }

    /**
     * Closes the connections of clients that {@link #silence} stopped, so that the end of a replica fails no request.
     */
    void disconnectQuiet(Target target, Operation operation) {
        running.stream()
                .filter(each -> each.what().equals(what(target, operation)))
                .forEach(each -> each.worker().abort());
    }

    void resume(Target target, Operation operation) {
        quiet.remove(what(target, operation));
    }

    /** Records an answer, such as that of a request that the test itself has sent. */
    void record(Answer answer) {
        answers.add(answer);
    }

    Counter counter() {
        return counter;
    }

    List<Target> targets() {
        return targets;
    }

    /** All answers so far, sorted by their end. */
    List<Answer> answers() {
        List<Answer> sorted = new ArrayList<>(answers);
        sorted.sort(Comparator.comparingLong(Answer::end));
        return sorted;
    }

    /** The answers of these targets so far, sorted by their end. */
    List<Answer> answers(Set<Target> some) {
        List<String> names = some.stream().map(Target::name).toList();
        return answers().stream()
                .filter(answer -> names.contains(answer.target()))
                .toList();
    }

    /** Whether a request of this kind to this target began after that time and was answered correctly. */
    boolean hasDone(Target target, Operation operation, long since) {
        return answers.stream()
                .anyMatch(answer -> answer.target().equals(target.name())
                        && answer.operation() == operation
                        && answer.start() >= since
                        && (answer.outcome() == Outcome.DONE || answer.outcome() == Outcome.OUTDATED));
    }

    /** Whether a download from this target began after that time and was marked as possibly outdated. */
    boolean hasServedCopy(Target target, long since) {
        return answers.stream()
                .anyMatch(answer -> answer.target().equals(target.name())
                        && answer.start() >= since
                        && answer.outcome() == Outcome.STALE);
    }

    /** Checks on every replica that the current image has every acknowledged step. */
    void checkCounter(Findings findings) {
        for (Target target : targets) {
            try (Exchange exchange = new Exchange(target, Style.FRESH, images)) {
                Answer last = exchange.download();
                Optional<String> problem = last.outcome() == Outcome.DONE
                        ? counter.problem(last.version())
                        : Optional.of("the last image cannot be downloaded: " + last.describe());
                findings.check(
                        "the counter is exact on replica " + target.name(), problem, counter.summary(last.version()));
            }
        }
    }

    /** Stops the clients, and waits for the requests in flight. */
    @Override
    public void close() {
        stop.countDown();
        long begun = System.nanoTime();
        try {
            for (Running each : running) {
                Duration left = LAST_REQUESTS.minusNanos(System.nanoTime() - begun);
                if (!each.thread().join(left.isPositive() ? left : Duration.ofMillis(1))) {
                    each.worker().abort();
                    each.thread().join();
                }
            }
        } catch (InterruptedException e) {
            running.forEach(each -> each.worker().abort());
            Thread.currentThread().interrupt();
        }
    }
}
