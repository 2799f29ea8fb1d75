package io.latestimage.volumecheck;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Whether two processes that share a file read what the other has written, and keep each other out by locks. */
final class SharingCheck {
    /** A Java runtime takes 0.5 s of CPU to start; in a pod that has a tenth of a CPU, ten times that. */
    private static final Deadline START = new Deadline(Duration.ofSeconds(60));

    private static final Duration RETRY = Duration.ofMillis(20);
    /** What is read once may be right by chance, as nothing was cached yet. */
    private static final int ROUNDS = 5;

    private static final String NO_LOCKS =
            "Locks do not keep other processes out: of two uploads at a time, one may be lost. Use a file system with POSIX locks (fcntl) between all its clients, such as NFS 4.1, and switch none off in its options.";

    private final CheckFile file;
    private final List<String> command;
    private final Report report;
    private final Duration patience;

    /**
     * @param command what runs {@link Partner}, up to the name of the file
     * @param patience how long a lock may outlive the process that had it; less than what a check may take
     */
    SharingCheck(CheckFile file, List<String> command, Report report, Duration patience) {
        this.file = file;
        this.command = command;
        this.report = report;
        this.patience = patience;
    }

    void run() {
        AtomicReference<@Nullable OtherProcess> started = new AtomicReference<>();
        boolean good = report.check("Starting a second process", START, () -> {
            OtherProcess made = OtherProcess.start(command, file.path());
            started.set(made);
            made.greet();
            return "A second process has started.";
        });
        try (OtherProcess other = started.get()) {
            if (good && other != null) {
                report.check("Reading what another process has written", () -> readAfterWrite(other));
                if (report.check("Locking", () -> lock(other))) {
                    report.check("Locking after another process was killed", () -> lockAfterKill(other));
                }
            }
        }
    }

    private String readAfterWrite(OtherProcess other) throws IOException {
        boolean direct = file.open();
        String _ = other.ask("open");
        for (int round = 0; round < ROUNDS; round++) {
            String mine = "mine " + round;
            file.write(mine);
            expect(mine, other.ask("read"), "A second process read \"%s\", where this one had written \"%s\".");
            String theirs = "theirs " + round;
            String _ = other.ask("write " + theirs);
            expect(theirs, file.read(), "This process read \"%s\", where a second one had written \"%s\".");
        }
        return "What one process has written and forced, another reads at once, in a file that it had open before, "
                + (direct ? "past the cache (O_DIRECT)." : "from the cache of this machine.");
    }

    private static void expect(String written, String read, String problem) throws Obstacle {
        if (!read.equals(written)) {
            throw new Obstacle(
                    problem.formatted(read, written)
                            + " So replicas would serve images that have been replaced. Switch off caching in the options of the mount, or use another file system.");
        }
    }

    private String lock(OtherProcess other) throws IOException {
        if (!file.lock()) {
            throw new Obstacle("A lock that nobody has cannot be had. " + NO_LOCKS);
        }
        if (!other.ask("lock").equals("busy")) {
            throw new Obstacle(NO_LOCKS);
        }
        file.unlock();
        if (!other.ask("lock").equals("locked")) {
            throw new Obstacle("A lock that was released is not free. " + NO_LOCKS);
        }
        if (file.lock()) {
            file.unlock();
            throw new Obstacle(NO_LOCKS);
        }
        return "The lock of a process keeps another out.";
    }

    /** The second process has the lock. */
    private String lockAfterKill(OtherProcess other) throws IOException {
        other.kill();
        long start = System.nanoTime();
        while (!file.lock()) {
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new Obstacle(
                        "The lock of a process that was killed is not free %d ms later: after a crash, no upload would be taken. Use a file system that releases the locks of processes that have ended."
                                .formatted(patience.toMillis()));
            }
            LockSupport.parkNanos(RETRY.toNanos());
        }
        file.unlock();
        return "The lock of a process that was killed is free again.";
    }
}
