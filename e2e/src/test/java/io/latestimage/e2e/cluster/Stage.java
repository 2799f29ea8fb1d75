package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.Load;
import io.latestimage.e2e.Report;
import io.latestimage.e2e.Result;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Make;
import io.latestimage.e2e.process.ReleaseNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The cluster with the release that the proof is about, and the load on it, which begins when it is first needed. */
final class Stage {
    /** Branches whose names are alike. */
    static final String MAIN = "feature/a";

    static final String NEIGHBOUR = "feature-a";
    static final String OTHER = "1-fix";

    private static final int FAILURES_SHOWN = 10;
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final int WARM_UP = 500;

    /** What a phase does. */
    interface Action {
        void run() throws Exception;
    }

    private final Settings settings;
    private final Path project;
    private final Cluster cluster;
    private final Images images = new Images(System.nanoTime());
    private final Thread interrupted = Thread.ofPlatform().unstarted(() -> clearUp(true));
    private @Nullable Release main;
    private @Nullable ReleaseClient client;
    private @Nullable Load load;
    private @Nullable ReleaseClient other;
    private boolean cleared;

    Stage(Settings settings, Path project) throws IOException, InterruptedException {
        this.settings = settings;
        this.project = project;
        this.cluster =
                new Cluster(settings, new Make(project), new ReleaseNames(project), project.resolve(settings.result()));
    }

    Settings settings() {
        return settings;
    }

    Cluster cluster() {
        return cluster;
    }

    Path project() {
        return project;
    }

    /** Deploys the release with an image in it. */
    void setUp() throws Exception {
        Runtime.getRuntime().addShutdownHook(interrupted);
        if (settings.otherHelm().isEmpty()) {
            say("LEFT OUT: another version of Helm (HELM_4=none)");
        }
        if (settings.storageFault().isEmpty()) {
            say("LEFT OUT: storage outages (STORAGE_FAULT=none)");
        }
        cluster.prepare();
        say("deploying the release of " + MAIN);
        main = cluster.release(MAIN);
        main.deploy(settings.helm(), new Release.Revision(settings.imageFrom(), List.of()));
        client = clientOf(MAIN);
        client.awaitReady();
        client.uploadOwn();
    }

    /** The release that all is done to. */
    Release main() {
        return needed(main);
    }

    /** Requests to it by hand; once the load goes on, the image is the load's. */
    ReleaseClient client() {
        return needed(client);
    }

    ReleaseClient clientOf(String branch) throws IOException, InterruptedException {
        return new ReleaseClient(
                Target.parse("%s=%s:80/%s"
                        .formatted(
                                branch,
                                cluster.edgeAddress(),
                                cluster.release(branch).host())),
                images);
    }

    /** A release beside it, with an image of its own; deployed when it is first needed. */
    ReleaseClient other() throws Exception {
        if (other == null) {
            cluster.release(OTHER)
                    .deploy(settings.helm(), new Release.Revision(settings.imageFrom(), List.of("replicaCount: 2")));
            ReleaseClient made = clientOf(OTHER);
            made.awaitReady();
            made.uploadOwn();
            other = made;
        }
        return other;
    }

    private static <T> T needed(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the cluster is not set up");
        }
        return value;
    }

    /** The load on the release, through a NodePort and through the Ingress. */
    Load load() throws Exception {
        if (load == null) {
            String port = cluster.kubectl().field("service/" + main().name(), "{.spec.ports[0].nodePort}");
            Target node = Target.parse("nodeport=%s:%s".formatted(cluster.nodeAddress(), port));
            Target edge = Target.parse("ingress=%s:80/%s".formatted(cluster.edgeAddress(), main().host()));
            Load begun = new Load(List.of(node, edge), 1, System.nanoTime(), this::logUnusual);
            load = begun; // so that it is ended, too, where it cannot start
            begun.start();
            // The first requests are as slow as a program that has just started, here and there.
            Await.until(
                    "the load has begun",
                    START_LIMIT,
                    () -> begun.latest().answers().size() > WARM_UP);
        }
        return load;
    }

    private void logUnusual(String line) {
        try {
            Files.writeString(
                    cluster.result().resolve("load.log"),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does something under load, and judges the requests that have ended meanwhile. */
    void during(String phase, Expectation expectation, Action action) throws Exception {
        say("%s (%s)".formatted(phase, expectation));
        load().phase(phase, expectation);
        action.run();
        Result result = load().latest();
        if (!result.problems().isEmpty()) {
            throw new AssertionError(String.join("\n", result.problems())
                    + result.failures().stream()
                            .limit(FAILURES_SHOWN)
                            .map(Answer::describe)
                            .collect(Collectors.joining("\n  ", "\n  ", "")));
        }
    }

    /** Ends the load where there is one, writes the report, and returns what was not as it should be. */
    List<String> endLoad() throws IOException, InterruptedException {
        Load ended = load;
        if (ended == null) {
            return List.of();
        }
        load = null;
        cluster.recover(); // what a case that broke off has left, or the last requests wait for it
        Report report = ended.stop(settings.leastRate());
        report.writeTo(cluster.result());
        String commit = Command.of("git", "rev-parse", "--short", "HEAD")
                .in(project)
                .attempt()
                .output()
                .strip();
        String text = new ClusterReport(
                        Environment.find(cluster.kubectl(), settings.environment()),
                        settings.form(),
                        commit.isEmpty() ? "unknown" : commit,
                        java.time.Instant.now(),
                        report.markdown())
                .markdown();
        Files.writeString(cluster.result().resolve("e2e-report.md"), text);
        System.out.println(text);
        return report.problems();
    }

    /** Leaves nothing behind, whatever has happened. */
    synchronized void clearUp(boolean failed) {
        if (cleared) {
            return;
        }
        cleared = true;
        cluster.recover();
        Load running = load;
        if (running != null) {
            running.close();
        }
        if (failed) {
            cluster.logState();
        }
        cluster.remove(List.of(MAIN, NEIGHBOUR, OTHER));
        say(failed ? "Not all was as it should be." : "All was as it should be; the report is in " + cluster.result());
    }

    /** Prints what is done now. */
    static void say(String text) {
        System.out.printf("%n=== %tT  %s%n", LocalTime.now(ZoneId.systemDefault()), text);
    }
}
