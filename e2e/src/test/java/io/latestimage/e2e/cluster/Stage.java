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

/** The cluster, the release under test, and the load on it. The load begins when a case first needs it. */
final class Stage {
    // The names of these branches are similar: the names of their releases must differ.
    static final String MAIN = "feature/a";

    static final String NEIGHBOUR = "feature-a";
    static final String OTHER = "1-fix";

    private static final int FAILURES_SHOWN = 10;
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final int WARM_UP = 500;

    /** What a case does during a phase. */
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

    /** Prepares the cluster, deploys the release under test, and uploads an image to it. */
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

    /** The release under test. */
    Release main() {
        return needed(main);
    }

    /**
     * The client that uploaded the first image to the release under test. Do not expect that image after the load has
     * begun: the load replaces it.
     */
    ReleaseClient client() {
        return needed(client);
    }

    /** A client for the release of a branch, through the Ingress. */
    ReleaseClient clientOf(String branch) throws IOException, InterruptedException {
        return new ReleaseClient(
                Target.parse("%s=%s:80/%s"
                        .formatted(
                                branch,
                                cluster.edgeAddress(),
                                cluster.release(branch).host())),
                images);
    }

    /** The client of another release, which keeps its own image. The first call deploys that release. */
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

    /** The load on the release under test, through a NodePort and through the Ingress. The first call starts it. */
    Load load() throws Exception {
        if (load == null) {
            String port = cluster.kubectl().field("service/" + main().name(), "{.spec.ports[0].nodePort}");
            Target node = Target.parse("nodeport=%s:%s".formatted(cluster.nodeAddress(), port));
            Target edge = Target.parse("ingress=%s:80/%s".formatted(cluster.edgeAddress(), main().host()));
            Load begun = new Load(List.of(node, edge), settings.uploads(), 1, System.nanoTime(), this::logUnusual);
            load = begun; // before start(), so that it is also closed if start() fails
            begun.start();
            // The first requests are slow, because this program and the service have just started. They are not
            // judged, so the first phase begins after them.
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

    /**
     * Runs the action under load, and judges the requests that ended meanwhile.
     *
     * @throws AssertionError with the problems and the first failed requests, if the expectation does not hold
     */
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

    /**
     * Ends the load, and writes and prints the report. Does nothing if there is no load.
     *
     * @return the problems, one sentence each; empty if every phase met its expectation
     */
    List<String> endLoad() throws IOException, InterruptedException {
        Load ended = load;
        if (ended == null) {
            return List.of();
        }
        load = null;
        cluster.recover(); // the last requests would wait if an aborted case had left the storage faulty
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

    /**
     * Recovers the storage and the nodes, closes the load, uninstalls the releases, and deletes the namespace if this
     * run created it. A second call does nothing.
     *
     * @param failed whether the run failed or was interrupted; then this prints the state of the cluster first
     */
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
        say(
                failed
                        ? "The run failed or was interrupted. The logs are in " + cluster.result()
                        : "All cases passed. The report is in " + cluster.result());
    }

    /** Prints what the proof does now, with the time. */
    static void say(String text) {
        System.out.printf("%n=== %tT  %s%n", LocalTime.now(ZoneId.systemDefault()), text);
    }
}
