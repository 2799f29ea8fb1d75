package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Form;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.Operation;
import io.latestimage.e2e.Progress;
import io.latestimage.e2e.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** The machines, and three replicas on them: a and b on one NFS client, c on another. */
final class Stage {
    /** The default mount options, in the syntax of the lab's subcommand {@code mount}. */
    static final String DEFAULT_OPTIONS = "hard,nfsvers=4.1";

    static final String FOLDER = "/data/service";
    static final String FOLDER_ON_SERVER = "/srv/data/service";
    static final String MANIFEST = FOLDER_ON_SERVER + "/latest";
    /** Every client sends at least one request within this time, even the slowest. */
    private static final Duration RECENT = Duration.ofSeconds(8);

    static final Duration RECOVERY_LIMIT = Duration.ofMinutes(4);
    /** The interval of a client's uploads. With slow packets, an upload holds the lock for a large part of a second. */
    static final Duration UPLOADS = Duration.ofMillis(1_500);

    static final Duration SLOW_UPLOADS = Duration.ofSeconds(3);
    static final Duration SLOW_PACKETS = Duration.ofMillis(40);

    private final Kit kit;
    private final Form form;
    private final Lab lab;
    private final Machine server;
    private final Machine first;
    private final Machine second;
    private final List<Replica> replicas;
    private final Images images;
    private final SplittableRandom random;
    private String options = "";
    private final Progress progress = new Progress();

    Stage(Lab lab, Kit kit, Form form, long seed) {
        this.lab = lab;
        this.kit = kit;
        this.form = form;
        server = new Machine(lab, "server", "192.0.2.10");
        first = new Machine(lab, "c1", "192.0.2.21");
        second = new Machine(lab, "c2", "192.0.2.22");
        replicas = List.of(
                new Replica("a", first, 8081, FOLDER, kit),
                new Replica("b", first, 8082, FOLDER, kit),
                new Replica("c", second, 8083, FOLDER, kit));
        images = new Images(seed);
        random = new SplittableRandom(seed);
    }

    /** The form of the run: short or long. */
    Form form() {
        return form;
    }

    Machine server() {
        return server;
    }

    /** The client with replicas a and b. */
    Machine first() {
        return first;
    }

    /** The client with replica c. */
    Machine second() {
        return second;
    }

    List<Replica> replicas() {
        return replicas;
    }

    /** Whether every replica runs. Nothing starts one again but a case that says so. */
    boolean areAllRunning() throws IOException, InterruptedException {
        for (Replica replica : replicas) {
            if (!replica.isRunning()) {
                return false;
            }
        }
        return true;
    }

    /** The target of a replica by its index: 0 is a, 1 is b, 2 is c. */
    Target target(int place) {
        return replicas.get(place).target();
    }

    Images images() {
        return images;
    }

    SplittableRandom random() {
        return random;
    }

    /** Prints the current step, and the minute of the run. */
    void say(String text) {
        progress.say(text);
    }

    /** Mounts the volume with these options on both clients, and restarts all replicas. */
    void deploy(String newOptions) throws Exception {
        for (Replica replica : replicas) {
            replica.kill();
        }
        if (options.isEmpty()) { // removes what an earlier run has left
            server.run("rm -rf %s /srv/data/control*".formatted(FOLDER_ON_SERVER));
        }
        for (Machine client : List.of(first, second)) {
            lab.run("mount", client.name(), newOptions);
        }
        options = newOptions;
        startAll();
    }

    /** Deploys with the default options if the previous case used others. */
    void ensureDefault() throws Exception {
        if (!options.equals(DEFAULT_OPTIONS)) {
            deploy(DEFAULT_OPTIONS);
        }
    }

    private void startAll() throws Exception {
        for (Replica replica : replicas) {
            replica.start();
        }
        for (Replica replica : replicas) {
            replica.awaitReady();
        }
    }

    /** Copies the kit to both clients. */
    void pushToClients() throws IOException, InterruptedException {
        kit.pushTo(first);
        kit.pushTo(second);
    }

    void pushTo(Machine machine) throws IOException, InterruptedException {
        kit.pushTo(machine);
    }

    /** Starts a fault of the server by its name in the lab; {@code recover} ends it. */
    void fault(String name) throws IOException, InterruptedException {
        lab.run("fault", name);
    }

    void slowClients(Duration time) throws IOException, InterruptedException {
        first.slow(time);
        second.slow(time);
    }

    Traffic traffic(Traffic.Writing writing, Duration uploads) throws IOException {
        return new Traffic(images, replicas.stream().map(Replica::target).toList(), writing, uploads, random.split());
    }

    /** Waits until each of these replicas has acknowledged an upload that began after this call. */
    static void awaitUploads(Traffic traffic, Collection<Target> targets) throws Exception {
        long since = System.nanoTime();
        Await.until(
                "each of the replicas takes an upload",
                RECOVERY_LIMIT,
                () -> targets.stream().allMatch(target -> traffic.hasDone(target, Operation.UPLOAD, since)));
    }

    /** Waits until all replicas take uploads and serve the latest image, by requests that began after this call. */
    Duration awaitNormal(Traffic traffic) throws Exception {
        long called = System.nanoTime();
        return Await.until("all replicas take uploads and serve the latest image again", RECOVERY_LIMIT, () -> {
            long since = Math.max(called, System.nanoTime() - RECENT.toNanos());
            return traffic.targets().stream()
                    .allMatch(target -> traffic.hasDone(target, Operation.UPLOAD, since)
                            && traffic.hasDone(target, Operation.DOWNLOAD, since)
                            && !traffic.hasServedCopy(
                                    target,
                                    System.nanoTime() - Duration.ofSeconds(2).toNanos()));
        });
    }

    /** Checks that no client has a delegation of a file of the service, so that none waits for one that is cut off. */
    void checkDelegations(Findings findings) throws IOException, InterruptedException {
        String states = server.run("cat /proc/fs/nfsd/clients/*/states");
        Set<String> opened = ServerState.files(states, "open");
        Set<String> delegated = ServerState.files(states, "deleg");
        findings.check(
                "the server grants no delegation",
                opened.contains("latest") && delegated.isEmpty(),
                "open files: %s; delegations: %s".formatted(opened, delegated));
    }

    /** Restores the machines after a failed case: undoes all faults, and restarts all replicas. */
    void restore() throws Exception {
        for (Machine machine : List.of(server, first, second)) {
            machine.join();
            machine.powerOn();
        }
        for (Machine client : List.of(first, second)) {
            client.joinTo(server);
            client.slow(Duration.ZERO);
            if (!client.succeeds("test -d %s/runtime".formatted(Kit.THERE))) {
                kit.pushTo(client);
            }
        }
        server.slow(Duration.ZERO);
        fault("recover");
        deploy(DEFAULT_OPTIONS);
    }

    /** Saves the logs of the replicas. */
    void saveLogs(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        for (Replica replica : replicas) {
            Files.writeString(folder.resolve(replica.name() + ".log"), replica.log());
        }
    }
}
