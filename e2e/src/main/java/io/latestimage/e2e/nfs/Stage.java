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
import java.util.SplittableRandom;

/** The machines, and three replicas on them: a and b on one client, c on another. */
final class Stage {
    /** As the mount command of the lab takes them; the first are the default. */
    static final String DEFAULT_OPTIONS = "hard,nfsvers=4.1";

    static final String FOLDER = "/data/service";
    static final String FOLDER_ON_SERVER = "/srv/data/service";
    static final String MANIFEST = FOLDER_ON_SERVER + "/latest";
    /** Within which a client has sent something, however slow it is meant to be. */
    private static final Duration RECENT = Duration.ofSeconds(8);

    static final Duration RECOVERY_LIMIT = Duration.ofMinutes(4);
    /** Between two uploads of a client; with slow packets one holds the lock for a large part of a second. */
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

    /** How much the cases do. */
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

    /** By its place: 0 is a, 1 is b, 2 is c. */
    Target target(int place) {
        return replicas.get(place).target();
    }

    Images images() {
        return images;
    }

    SplittableRandom random() {
        return random;
    }

    /** Prints what is done now, and at which minute. */
    void say(String text) {
        progress.say(text);
    }

    /** Mounts the volume anew on both clients, and starts all replicas. */
    void deploy(String newOptions) throws Exception {
        for (Replica replica : replicas) {
            replica.kill();
        }
        if (options.isEmpty()) { // what an earlier run has left
            server.run("rm -rf %s /srv/data/control*".formatted(FOLDER_ON_SERVER));
        }
        for (Machine client : List.of(first, second)) {
            lab.run("mount", client.name(), newOptions);
        }
        options = newOptions;
        startAll();
    }

    /** Goes back to the default options after a case with others. */
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

    /** Copies what the service needs to both clients. */
    void pushToClients() throws IOException, InterruptedException {
        kit.pushTo(first);
        kit.pushTo(second);
    }

    void pushTo(Machine machine) throws IOException, InterruptedException {
        kit.pushTo(machine);
    }

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

    /** Waits until every one of these replicas has taken an upload after now. */
    static void awaitUploads(Traffic traffic, Collection<Target> targets) throws Exception {
        long since = System.nanoTime();
        Await.until(
                "each of the replicas takes an upload",
                RECOVERY_LIMIT,
                () -> targets.stream().allMatch(target -> traffic.hasDone(target, Operation.UPLOAD, since)));
    }

    /** Waits until every replica takes uploads and serves the latest image, once more after now. */
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

    /** After a case that failed: undoes whatever may have been done, and starts all replicas anew. */
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

    /** Keeps what the replicas have logged. */
    void saveLogs(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        for (Replica replica : replicas) {
            Files.writeString(folder.resolve(replica.name() + ".log"), replica.log());
        }
    }
}
