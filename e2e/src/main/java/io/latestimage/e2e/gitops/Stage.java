package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;

import io.latestimage.e2e.Images;
import io.latestimage.e2e.Progress;
import io.latestimage.e2e.cluster.Environment;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.ReleaseNames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all cases share: the tools, and the branches that have a release. What an earlier case has made is used again; a
 * case that runs alone has it made. For use by one thread.
 */
final class Stage implements AutoCloseable {
    static final String FEATURE = "feature/a";
    static final String ALIKE = "feature-a";
    static final String DELETED = "1-fix";
    /** Of 200 characters. */
    static final String LONG = "long/" + "x".repeat(195);

    static final String CYRILLIC = "релиз";
    /** Pushed after Argo CD had bad tokens; nobody watches it. */
    static final String AFTER_OUTAGE = "after/outage";

    private final Parameters parameters;
    private final Path project;
    private final Setup setup;
    private final ReleaseNames names;
    private final Findings findings = new Findings();
    private final Images images = new Images(System.nanoTime());
    private final Map<String, Release> releases = new LinkedHashMap<>();
    private final Neighbours neighbours = new Neighbours(this);
    private final List<Restoration> restorations = new ArrayList<>();
    private final Branches branches = new Branches(this);
    private final Progress progress = new Progress();
    private final Instant begunAt = Instant.now();
    private boolean closed;

    /**
     * Nothing of the cluster is touched yet.
     *
     * @param project under test
     */
    Stage(Parameters parameters, Path project) throws IOException, InterruptedException {
        this.parameters = parameters;
        this.project = project;
        this.names = new ReleaseNames(project);
        this.setup = new Setup(parameters, project);
    }

    /** Sets up what all cases need; what was made is removed if that fails. */
    void prepare() throws Exception {
        say("set-up");
        try {
            setup.prepare();
        } catch (Exception e) {
            saveState("set-up");
            close();
            throw e;
        }
    }

    Parameters parameters() {
        return parameters;
    }

    /** The folder of the project under test. */
    Path project() {
        return project;
    }

    Setup setup() {
        return setup;
    }

    ArgoCd argo() {
        return setup.argo();
    }

    DeveloperClone developerClone() {
        return setup.developerClone();
    }

    Pipeline pipeline() {
        return setup.pipeline();
    }

    /** The releases that must not notice anything of the others. */
    Neighbours neighbours() {
        return neighbours;
    }

    /** Branches with a release each. */
    Branches branches() {
        return branches;
    }

    Findings findings() {
        return findings;
    }

    /** Prints what is done now, and at which minute. */
    void say(String text) {
        progress.say(text);
    }

    /** For the report, and printed. */
    void measured(String what, Duration time) {
        findings.measured(what, time);
        say("%s: %d s".formatted(what, time.toSeconds()));
    }

    /** The release of a branch, whether it is there or not. */
    Release release(String branch) throws IOException, InterruptedException {
        Release release = releases.get(branch);
        if (release == null) {
            release = new Release(
                    branch,
                    names.of(branch),
                    parameters.registry() + "/latest-image",
                    parameters.edge(),
                    argo(),
                    images);
            releases.put(branch, release);
        }
        return release;
    }

    String commitOf(String branch) throws IOException, InterruptedException {
        return developerClone().commitOf(branch);
    }

    /** A branch that is named like the release of another. */
    String twin() throws IOException, InterruptedException {
        return names.of(FEATURE);
    }

    /** The branches whose names are alike, or are no names for Kubernetes. */
    List<String> alike() throws IOException, InterruptedException {
        return List.of(ALIKE, DELETED, LONG, CYRILLIC, twin());
    }

    /** Remembers how to put right what a case puts wrong now. */
    Restoration restoring(String what, Restoration.Action action) {
        Restoration restoration = new Restoration(what, action);
        restorations.add(restoration);
        return restoration;
    }

    /** Has Argo CD look at all branches. */
    void lookAgain() throws IOException, InterruptedException {
        pipeline().announce(MAIN);
    }

    /** What there is to report so far. */
    GitopsReport report() throws IOException, InterruptedException {
        String given = parameters.environment();
        String environment = Environment.find(argo().kubectl(), given).markdown();
        String programs = "- Argo CD: %s\n- Git server: Gitea %s\n"
                .formatted(argo().version(), setup.gitea().version());
        Command commit = Command.of("git", "rev-parse", "--short", "HEAD").in(project);
        return new GitopsReport(
                programs + environment,
                parameters.form(),
                commit.run(),
                begunAt,
                Instant.now(),
                findings,
                neighbours.downloads());
    }

    /** Fails unless the release of a branch returns the image that was uploaded to it. */
    void keepsOwn(String branch) throws IOException, InterruptedException {
        release(branch).client().problemWithOwn().ifPresent(problem -> {
            throw new AssertionError(branch + ": " + problem);
        });
    }

    /** Keeps what the cluster looks like, after a failure. */
    void saveState(String name) {
        try {
            setup.saveState(parameters.result().resolve("failed-" + name));
        } catch (IOException e) {
            System.err.println("the state of the cluster cannot be had: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Puts right what is wrong, and removes all that was made. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        say("clean-up");
        neighbours.close();
        for (Restoration restoration : restorations.reversed()) {
            try {
                restoration.close();
            } catch (IllegalStateException e) {
                System.err.println(e.getMessage() + ": " + e.getCause());
            }
        }
        try {
            setup.remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
