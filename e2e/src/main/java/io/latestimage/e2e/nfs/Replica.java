package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Target;
import java.io.IOException;
import java.time.Duration;

/**
 * A process of the service on one of the machines.
 *
 * @param name one letter
 * @param machine the machine that runs the process
 * @param port the port on which the process listens
 * @param folder the folder of the volume on that machine
 * @param kit the runtime and the jars, which must have been copied to the machine
 */
record Replica(String name, Machine machine, int port, String folder, Kit kit) {
    /** How long one operation on the volume may take: much longer than on a real processor. */
    static final Duration STORAGE_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    Target target() {
        return new Target(name, machine.address(), port, machine.address());
    }

    /** Starts the process. It listens some seconds later. */
    void start() throws IOException, InterruptedException {
        machine.run(("mkdir -p /spool/%1$s %2$s; cd /spool; IMAGE_DIR=%2$s SPOOL_DIR=/spool/%1$s APP_PORT=%3$d"
                        + " DRAIN_TIME=0s STORAGE_TIMEOUT=%4$ds MAX_CONNECTIONS=512 LOG_LEVEL=INFO"
                        + " setsid %5$s >>/spool/%1$s.log 2>&1 </dev/null & echo $! >/spool/%1$s.pid")
                .formatted(name, folder, port, STORAGE_TIMEOUT.toSeconds(), kit.service()));
    }

    /** Waits until the replica is ready. Returns how long that took. */
    Duration awaitReady() throws Exception {
        return Await.until(
                "replica %s on %s is ready".formatted(name, machine.name()),
                START_LIMIT,
                () -> Probe.status(target(), "/healthz/readiness") == Probe.OK);
    }

    /** Sends SIGKILL, and waits until the process has ended. */
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
