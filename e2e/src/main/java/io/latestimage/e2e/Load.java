package io.latestimage.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to a running service, and judges whether what it answers is what was expected of each phase. It
 * retries nothing. Whoever does something to the service meanwhile calls {@link #phase} before it.
 */
public final class Load implements AutoCloseable {
    /** How many requests per second it sends to each target, if answers come in time. */
    public static final int RATE_OF_A_TARGET = 69;

    /** How long the last requests may take: longer than any wait of the service, and than a client's patience. */
    private static final Duration LAST_REQUESTS = Duration.ofMinutes(2);

    private static final int FIRST_SIZE = 10_000;

    /** Which clients each target gets: 52 downloads and 17 uploads per second. */
    private static final List<Group> GROUPS = List.of(
            new Group(12, Operation.DOWNLOAD, Style.KEEP_ALIVE, Duration.ofMillis(420)),
            new Group(10, Operation.DOWNLOAD, Style.FRESH, Duration.ofMillis(420)),
            new Group(4, Operation.UPLOAD, Style.KEEP_ALIVE, Duration.ofMillis(420)),
            new Group(3, Operation.UPLOAD, Style.FRESH, Duration.ofMillis(420)),
            new Group(2, Operation.UPLOAD, Style.SLOW, Duration.ofSeconds(10)),
            new Group(4, Operation.DOWNLOAD, Style.SLOW, Duration.ofSeconds(10)));

    private record Group(int clients, Operation operation, Style style, Duration interval) {
        /** Whether the client sends nothing in a phase with few uploads: then only one client uploads. */
        boolean isIdle(boolean preferred, Expectation expectation) {
            boolean uploads = operation == Operation.UPLOAD || style == Style.SLOW;
            return uploads && expectation == Expectation.FEW_UPLOADS && !(preferred && style == Style.FRESH);
        }

        /** The slow transfers are not for their number. */
        Duration interval(double pace) {
            return style == Style.SLOW ? interval : Duration.ofNanos((long) (interval.toNanos() / pace));
        }
    }

    private record Running(Client client, Thread thread) {}

    private final List<Target> targets;
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
     * A load; {@link #start} begins it.
     *
     * @param targets where requests go, all of one service
     * @param pace how many times {@link #RATE_OF_A_TARGET} requests per second each target gets
     * @param seed from which everything follows that is left to chance
     * @param printer gets a line for each answer that is not as it is when nothing is wrong, at once
     */
    public Load(List<Target> targets, double pace, long seed, Consumer<String> printer) {
        this.targets = List.copyOf(targets);
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
     * @throws IOException if that upload is not acknowledged: then there is nothing to put under load
     */
    public void start() throws IOException {
        // What was there before is nobody's: the history begins with an upload that all others come after.
        try (Exchange exchange = new Exchange(targets.getFirst(), Style.FRESH, images)) {
            Answer first = exchange.upload(images.next(FIRST_SIZE));
            record(first);
            if (first.outcome() != Outcome.DONE) {
                throw new IOException("the first upload is not acknowledged: " + first.describe());
            }
        }
        for (Target target : targets) {
            for (Group group : GROUPS) {
                for (int i = 0; i < group.clients(); i++) {
                    startClient(target, group, i == 0 && target.equals(targets.getFirst()));
                }
            }
        }
    }

    private void startClient(Target target, Group group, boolean preferred) {
        Client client = new Client(
                target,
                images,
                group.operation(),
                group.style(),
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

    /** Keeps every answer, and prints the unusual ones at once. */
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
     * What is done to the service now, and what is expected of it.
     *
     * @throws IllegalStateException if a client has ended, which is a defect of the load
     */
    public void phase(String name, Expectation expectation) {
        Throwable defect = broken.get();
        if (defect != null) {
            throw new IllegalStateException("a client of the load has ended; this is a defect of the load", defect);
        }
        timeline.phase(name, expectation);
    }

    /** Whether every client that sends nothing in this phase has finished its last request. */
    public boolean idleClientsAreAtRest() {
        return running.stream().map(Running::client).filter(Client::isIdle).allMatch(Client::isAtRest);
    }

    /** A moment that the picture shows. */
    public void mark(String name) {
        timeline.mark(name);
    }

    /** How many answers so far were not as they are when nothing is wrong. */
    public long unusual() {
        return answers.stream().filter(Load::isUnusual).count();
    }

    /** The phase that began last, with the answers that ended in it so far; its history is judged at the end only. */
    public Result latest() {
        return Result.soFar(timeline.end(), answers());
    }

    /** Every answer so far, by when it ended. */
    List<Answer> answers() {
        List<Answer> sorted = new ArrayList<>(answers);
        sorted.sort(Comparator.comparingLong(Answer::end));
        return sorted;
    }

    /**
     * Ends the load, after the requests in flight have ended.
     *
     * @param leastRate how many requests per second the phases without a fault must have had
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

    /** Ends the load at once. */
    @Override
    public void close() {
        try {
            end(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
