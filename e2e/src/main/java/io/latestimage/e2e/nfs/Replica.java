package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Target;
import java.io.IOException;
import java.time.Duration;

/**
 * A process of the service on one of the machines.
 *
 * @param name of one letter
 * @param folder of the volume, as the machine has it
 */
record Replica(String name, Machine machine, int port, String folder, Kit kit) {
    /** What one operation on the volume may take: much more than on a real processor. */
    static final Duration STORAGE_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    Target target() {
        return new Target(name, machine.address(), port, machine.address());
    }

    /** Starts it; it listens some seconds later. */
    void start() throws IOException, InterruptedException {
        machine.run(("mkdir -p /spool/%1$s %2$s; cd /spool; IMAGE_DIR=%2$s SPOOL_DIR=/spool/%1$s APP_PORT=%3$d"
                        + " DRAIN_TIME=0s STORAGE_TIMEOUT=%4$ds MAX_CONNECTIONS=512 LOG_LEVEL=INFO"
                        + " setsid %5$s >>/spool/%1$s.log 2>&1 </dev/null & echo $! >/spool/%1$s.pid")
                .formatted(name, folder, port, STORAGE_TIMEOUT.toSeconds(), kit.service()));
    }

    /** Waits until it can answer for the image. */
    Duration awaitReady() throws Exception {
        return Await.until(
                "replica %s on %s is ready".formatted(name, machine.name()),
                START_LIMIT,
                () -> Probe.status(target(), "/healthz/readiness") == Probe.OK);
    }

    /** SIGKILL, and waits until the process is gone. */
    void kill() throws IOException, InterruptedException {
        machine.run(("pid=$(cat /spool/%s.pid) || exit 0; kill -9 $pid 2>/dev/null;"
                        + " while kill -0 $pid 2>/dev/null; do sleep 0.05; done; true")
                .formatted(name));
    }

    boolean isRunning() throws IOException, InterruptedException {
        return machine.succeeds("kill -0 $(cat /spool/%s.pid) 2>/dev/null".formatted(name));
    }

    String log() throws IOException, InterruptedException {
        return machine.run("cat /spool/%s.log".formatted(name));
    }
}
