package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;

import io.latestimage.e2e.Progress;
import io.latestimage.e2e.cluster.Environment;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.ReleaseNames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What all cases share: the tools, and the branches that have a release. A case uses the releases of earlier cases, and
 * creates them if it runs alone. For use by one thread.
 */
final class Stage implements AutoCloseable {
    static final String FEATURE = "feature/a";
    static final String ALIKE = "feature-a";
    static final String DELETED = "1-fix";
    /** A name of 200 characters. */
    static final String LONG = "long/" + "x".repeat(195);

    static final String CYRILLIC = "релиз";
    /** This branch is pushed after Argo CD had bad tokens. Its release is not watched. */
    static final String AFTER_OUTAGE = "after/outage";

    private final Parameters parameters;
    private final Path project;
    private final Setup setup;
    private final String twin;
    private final Releases releases;
    private final Branches branches;
    private final Neighbours neighbours;
    private final Findings findings = new Findings();
    private final List<Restoration> restorations = new ArrayList<>();
    private final Progress progress = new Progress();
    private final Instant begunAt = Instant.now();
    private boolean closed;

    /**
     * Creates the files on this machine. Does not touch the cluster yet.
     *
     * @param project the folder of the project under test
     */
    Stage(Parameters parameters, Path project) throws IOException, InterruptedException {
        this.parameters = parameters;
        this.project = project;
        this.setup = new Setup(parameters, project);
        ReleaseNames names = new ReleaseNames(project);
        this.twin = names.of(FEATURE);
        this.releases = new Releases(parameters, names, setup.argo());
        this.branches = new Branches(setup, releases);
        this.neighbours = new Neighbours(
                List.of(FEATURE, ALIKE, LONG, CYRILLIC, twin), branches, releases, setup.argo(), parameters.form());
    }

    /** Creates what all cases need. If that fails, removes what was created. */
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

    /** The releases that no change to another release may affect. */
    Neighbours neighbours() {
        return neighbours;
    }

    /** The branches, each with a release. */
    Branches branches() {
        return branches;
    }

    Findings findings() {
        return findings;
    }

    /** Prints the current step, and the minute of the run. */
    void say(String text) {
        progress.say(text);
    }

    /** Records a time for the report, and prints it. */
    void measured(String what, Duration time) {
        findings.measured(what, time);
        say("%s: %d s".formatted(what, time.toSeconds()));
    }

    /** The release of a branch. It need not exist yet. */
    Release release(String branch) throws IOException, InterruptedException {
        return releases.of(branch);
    }

    String commitOf(String branch) throws IOException, InterruptedException {
        return developerClone().commitOf(branch);
    }

    /** A branch whose name is the release name of another branch. */
    String twin() {
        return twin;
    }

    /** The branches with similar names, and those whose names are not valid in Kubernetes. */
    List<String> alike() {
        return List.of(ALIKE, DELETED, LONG, CYRILLIC, twin);
    }

    /** Remembers how to undo a change that a case makes now. Closing the stage undoes it at the latest. */
    Restoration restoring(String what, Restoration.Action action) {
        Restoration restoration = new Restoration(what, action);
        restorations.add(restoration);
        return restoration;
    }

    /** Asks Argo CD to refresh all branches. */
    void refreshBranches() throws IOException, InterruptedException {
        pipeline().announce(MAIN);
    }

    /** The report of the run so far. */
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
                neighbours.downloads(),
                neighbours.staleDownloads());
    }

    /** Fails unless the release of a branch returns the image that was uploaded to it. */
    void keepsOwn(String branch) throws IOException, InterruptedException {
        release(branch).client().problemWithOwn().ifPresent(problem -> {
            throw new AssertionError(branch + ": " + problem);
        });
    }

    /** Saves the state of the cluster after a failure. */
    void saveState(String name) {
        try {
            setup.saveState(parameters.result().resolve("failed-" + name));
        } catch (IOException e) {
            System.err.println("cannot save the state of the cluster: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Undoes all remaining changes, and removes everything that was created. */
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
