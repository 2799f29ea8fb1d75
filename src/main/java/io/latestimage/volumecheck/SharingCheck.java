package io.latestimage.volumecheck;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Checks that two processes that share a file read each other's writes, and that a lock of one excludes the other. */
final class SharingCheck {
    /** Starting a Java runtime takes 0.5 s of CPU time. In a pod with a tenth of a CPU it takes ten times that. */
    private static final Deadline START = new Deadline(Duration.ofSeconds(60));

    private static final Duration RETRY = Duration.ofMillis(20);
    /** One read may be right by chance, because nothing is cached yet. */
    private static final int ROUNDS = 5;

    private static final String NO_LOCKS =
            "Locks do not keep other processes out: if two uploads run at the same time, one may be lost. Use a file system with POSIX locks (fcntl) between all its clients, such as NFS 4.1, and do not disable locks in the mount options.";

    private final CheckFile file;
    private final List<String> command;
    private final Report report;
    private final Duration patience;

    /**
     * @param command that runs {@link Partner}, without the last argument, the name of the file
     * @param patience how long a lock may outlive its process; shorter than the deadline of a check
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
        return "A process reads at once what another has written and forced, through a descriptor that it had opened before, "
                + (direct ? "bypassing the cache (O_DIRECT)." : "from the cache of this machine.");
    }

    private static void expect(String written, String read, String problem) throws Obstacle {
        if (!read.equals(written)) {
            throw new Obstacle(
                    problem.formatted(read, written)
                            + " So replicas would serve outdated images. Disable caching in the mount options, or use another file system.");
        }
    }

    private String lock(OtherProcess other) throws IOException {
        if (!file.lock()) {
            throw new Obstacle("A free lock cannot be acquired. " + NO_LOCKS);
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
        return "The lock of one process excludes another.";
    }

    /** At the start the second process has the lock. */
    private String lockAfterKill(OtherProcess other) throws IOException {
        other.kill();
        long start = System.nanoTime();
        while (!file.lock()) {
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new Obstacle(
                        "The lock of a process that was killed is not free %d ms later: after a crash, no upload would be possible. Use a file system that releases the locks of processes that have ended."
                                .formatted(patience.toMillis()));
            }
            LockSupport.parkNanos(RETRY.toNanos());
        }
        file.unlock();
        return "The lock of a process that was killed is free again.";
    }
}
