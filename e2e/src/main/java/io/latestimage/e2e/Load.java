package io.latestimage.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends requests to a running service until told to stop, and tells whether each phase of that was as it should be. */
public final class Load {
    private static final int HELD = 0;
    private static final int NOT_HELD = 1;
    private static final int WRONG_USAGE = 2;
    private static final Duration POLL = Duration.ofMillis(100);

    /**
     * Which clients each target gets: 52 downloads and 17 uploads per second, if answers come within an interval on
     * average.
     */
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
    }

    private final Images images;
    private final SplittableRandom random;
    private volatile Expectation expectation = Expectation.NOT_JUDGED;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

    Load(long seed) {
        this.images = new Images(seed);
        this.random = new SplittableRandom(seed);
    }

    /**
     * Runs until the file of events says stop.
     *
     * @param args the file of events, the folder for the report, how many requests per second make a load of it, and
     *     targets as {@link Target#parse} reads them. The exit status is 0 if every phase was as it should be, 1 if
     *     not, 2 for wrong usage.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 4) {
            System.err.println("usage: Load EVENTS FOLDER REQUESTS-PER-SECOND NAME=ADDRESS:PORT[/HOST]...");
            System.exit(WRONG_USAGE);
        }
        Path events = Path.of(args[0]);
        Path folder = Files.createDirectories(Path.of(args[1]));
        int leastRate = Integer.parseInt(args[2]);
        List<Target> targets = Arrays.stream(args).skip(3).map(Target::parse).toList();
        long seed = System.nanoTime();
        long start = System.nanoTime();
        Load load = new Load(seed);
        load.run(targets, events);
        List<Answer> answers = load.answers();
        Events done = Events.read(events, start, System.nanoTime());
        Report report =
                new Report(done, Result.of(done.phases(), answers), Result.violation(answers), leastRate, start, seed);
        Files.writeString(folder.resolve("report.md"), report.markdown());
        Files.writeString(folder.resolve("requests.svg"), new Picture(done, report.results(), start).svg());
        Files.write(folder.resolve("answers.tsv"), report.lines().toList());
        System.out.println(report.markdown());
        System.exit(report.holds() ? HELD : NOT_HELD);
    }

    /** Every answer so far, by when it ended. */
    List<Answer> answers() {
        List<Answer> sorted = new ArrayList<>(answers);
        sorted.sort(java.util.Comparator.comparingLong(Answer::end));
        return sorted;
    }

    /** Runs all clients until the file says stop, and waits for the requests under way. */
    void run(List<Target> targets, Path events) throws IOException, InterruptedException {
        // What was there before is nobody's: the history begins with an upload that all others come after.
        Answer first = new Exchange(targets.getFirst(), Style.FRESH, images)
                .upload(images.next(10_000), HttpConnection.Pause.NONE);
        recorder(first.start()).accept(first);
        CountDownLatch stop = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (Target target : targets) {
            for (Group group : GROUPS) {
                for (int i = 0; i < group.clients(); i++) {
                    boolean preferred = i == 0 && target.equals(targets.getFirst());
                    threads.add(Thread.ofVirtual()
                            .start(new Client(
                                    target,
                                    images,
                                    group.operation(),
                                    group.style(),
                                    group.interval(),
                                    random.split(),
                                    () -> group.isIdle(preferred, expectation),
                                    recorder(first.start()),
                                    stop)));
                }
            }
        }
        while (!Events.isStopped(events)) {
            expectation = Events.latestExpectation(events);
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
        stop.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Keeps every answer, and prints the unusual ones at once. */
    private Consumer<Answer> recorder(long start) {
        return answer -> {
            answers.add(answer);
            if (answer.outcome() != Outcome.DONE && answer.outcome() != Outcome.STALE) {
                System.out.printf("%.3f %s%n", (answer.end() - start) / 1e9, answer.describe());
            }
        };
    }
}
