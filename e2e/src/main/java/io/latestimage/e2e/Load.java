package io.latestimage.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to a running service, and judges the answers by what each phase permits. It retries nothing. Call
 * {@link #phase} before each change to the service, to say what the change may cost.
 */
public final class Load implements AutoCloseable {
    /**
     * The number of requests per second to each target, if the service answers in time, besides those of the clients
     * that wait for another image.
     */
    public static final int RATE_OF_A_TARGET = 69;

    /** How long the last requests may take: longer than the service ever waits, and than a client waits for a byte. */
    private static final Duration LAST_REQUESTS = Duration.ofMinutes(2);

    private static final int FIRST_SIZE = 10_000;

    /**
     * The clients of each target. Together they send 52 downloads and 17 uploads per second. Every other client of a
     * group uploads in another way. Those that wait for another image send at most one request per second each, even if
     * the service does not support waiting and answers at once.
     */
    private static final List<Group> GROUPS = List.of(
            new Group(12, Operation.DOWNLOAD, Style.KEEP_ALIVE, Duration.ofMillis(420)),
            new Group(10, Operation.DOWNLOAD, Style.FRESH, Duration.ofMillis(420)),
            new Group(4, Operation.UPLOAD, Style.KEEP_ALIVE, Duration.ofMillis(420)),
            new Group(3, Operation.UPLOAD, Style.FRESH, Duration.ofMillis(420)),
            new Group(2, Operation.UPLOAD, Style.SLOW, Duration.ofSeconds(10)),
            new Group(4, Operation.DOWNLOAD, Style.SLOW, Duration.ofSeconds(10)),
            new Group(4, Operation.DOWNLOAD, Style.WAITING, Duration.ofSeconds(1)));

    private record Group(int clients, Operation operation, Style style, Duration interval) {
        /**
         * Whether the client must not send requests. In a phase with few uploads, only the preferred client uploads.
         */
        boolean isIdle(boolean preferred, Expectation expectation) {
            boolean uploads = operation == Operation.UPLOAD || style == Style.SLOW;
            return uploads && expectation == Expectation.FEW_UPLOADS && !(preferred && style == Style.FRESH);
        }

        /** The pace does not change the slow transfers and the waits: they test duration, not rate. */
        Duration interval(double pace) {
            return style.isTimed() ? Duration.ofNanos((long) (interval.toNanos() / pace)) : interval;
        }
    }

    private record Running(Client client, Thread thread) {}

    private final List<Target> targets;
    private final Set<UploadWay> ways;
    private final double pace;
    private final long seed;
    private final Images images;
    private final SplittableRandom random;
    private final Consumer<String> printer;
    private final long begun = System.nanoTime();
    private final Timeline timeline = new Timeline();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<Running> running = new ArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

    /**
     * Creates a load. It sends nothing before {@link #start} is called.
     *
     * @param targets where to send requests; all must lead to one service
     * @param ways how to upload; at least one
     * @param pace the rate of each target, as a multiple of {@link #RATE_OF_A_TARGET}
     * @param seed the seed of all images and random choices
     * @param printer gets a line for each unusual answer, at once
     */
    public Load(List<Target> targets, Set<UploadWay> ways, double pace, long seed, Consumer<String> printer) {
        this.targets = List.copyOf(targets);
        this.ways = Set.copyOf(ways);
        this.pace = pace;
        this.seed = seed;
        this.images = new Images(seed);
        this.random = new SplittableRandom(seed);
        this.printer = printer;
        timeline.phase("start", Expectation.NOT_JUDGED);
    }

    /**
     * Uploads an image, and starts all clients.
     *
     * @throws IOException if that upload is not acknowledged, because then a load shows nothing
     */
    public void start() throws IOException {
        // The service may have an image that this load did not upload. So its first upload begins the history.
        try (Exchange exchange = new Exchange(targets.getFirst(), Style.FRESH, UploadWay.of(ways, 0), images)) {
            Answer first = exchange.upload(images.next(FIRST_SIZE));
            record(first);
            if (first.outcome() != Outcome.DONE) {
                throw new IOException("the first upload is not acknowledged: " + first.describe());
            }
        }
        for (Target target : targets) {
            for (Group group : GROUPS) {
                for (int i = 0; i < group.clients(); i++) {
                    startClient(target, group, i, i == 0 && target.equals(targets.getFirst()));
                }
            }
        }
    }

    private void startClient(Target target, Group group, int number, boolean preferred) {
        Client client = new Client(
                target,
                images,
                group.operation(),
                group.style(),
                UploadWay.of(ways, number),
                group.interval(pace),
                random.split(),
                () -> group.isIdle(preferred, timeline.expectation()),
                this::record,
                stop);
        running.add(new Running(
                client,
                Thread.ofVirtual()
                        .uncaughtExceptionHandler((thread, e) -> broken.compareAndSet(null, e))
                        .start(client)));
    }

    /** Records the answer, and prints it at once if it is unusual. */
    private void record(Answer answer) {
        answers.add(answer);
        if (isUnusual(answer)) {
            printer.accept(
                    String.format(java.util.Locale.ROOT, "%.3f %s", (answer.end() - begun) / 1e9, answer.describe()));
        }
    }

    private static boolean isUnusual(Answer answer) {
        return answer.outcome() != Outcome.DONE && answer.outcome() != Outcome.STALE;
    }

    /**
     * Begins a phase, and ends the previous one.
     *
     * @param name what is done to the service in this phase
     * @throws IllegalStateException if a client has ended, which is a defect of the load
     */
    public void phase(String name, Expectation expectation) {
        Throwable defect = broken.get();
        if (defect != null) {
            throw new IllegalStateException("a client of the load has ended; this is a defect of the load", defect);
        }
        timeline.phase(name, expectation);
    }

    /** Whether every client that must not send requests in this phase has finished its last one. */
    public boolean idleClientsAreAtRest() {
        return running.stream().map(Running::client).filter(Client::isIdle).allMatch(Client::isAtRest);
    }

    /** Marks this moment in the picture. */
    public void mark(String name) {
        timeline.mark(name);
    }

    /** The number of unusual answers so far: those that are neither done nor stale. */
    public long unusual() {
        return answers.stream().filter(Load::isUnusual).count();
    }

    /** The result of the current phase so far. Its history is judged at the end of the run only. */
    public Result latest() {
        return Result.soFar(timeline.end(), answers());
    }

    /** Every answer so far, sorted by its end. */
    List<Answer> answers() {
        List<Answer> sorted = new ArrayList<>(answers);
        sorted.sort(Comparator.comparingLong(Answer::end));
        return sorted;
    }

    /**
     * Ends the load, and waits for the requests in flight.
     *
     * @param leastRate the least average of requests per second in the phases without a fault; with fewer, the run
     *     fails
     */
    public Report stop(int leastRate) throws InterruptedException {
        end(LAST_REQUESTS);
        List<Phase> phases = timeline.end();
        List<Answer> all = answers();
        return new Report(
                phases, timeline.marks(), Result.of(phases, all), Result.violation(all), leastRate, begun, seed);
    }

    private void end(Duration patience) throws InterruptedException {
        stop.countDown();
        long since = System.nanoTime();
        for (Running each : running) {
            Duration left = patience.minusNanos(System.nanoTime() - since);
            if (!left.isPositive() || !each.thread().join(left)) {
                each.client().abort();
                each.thread().join();
            }
        }
    }

    /** Ends the load at once, and aborts the requests in flight. */
    @Override
    public void close() {
        try {
            end(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
