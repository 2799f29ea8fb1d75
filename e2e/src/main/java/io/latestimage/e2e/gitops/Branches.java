package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Creates branches, each with a release, and deletes them. It does not create an existing one again. */
final class Branches {
    private final Stage stage;
    /** For each branch, the time from the announcement of its image to the first answer of its release. */
    private final Map<String, Duration> made = new HashMap<>();

    Branches(Stage stage) {
        this.stage = stage;
    }

    /** Builds the image of main, and waits for its release, unless main has one already. */
    void ensureMain() throws Exception {
        if (!made.containsKey(MAIN)) {
            String commit = stage.commitOf(MAIN);
            stage.pipeline().build(MAIN);
            stage.pipeline().push(MAIN);
            stage.pipeline().announce(MAIN);
            made.put(MAIN, stage.release(MAIN).awaitAnswer(90, commit));
            stage.release(MAIN).awaitHealth(60, commit);
        }
    }

    /**
     * Pushes a new branch with its own commit, builds that commit, waits for the release, and uploads an image to it.
     *
     * @return the time from the announcement to the first answer
     */
    Duration create(String branch, String message) throws Exception {
        ensureMain();
        stage.developerClone().createBranch(branch);
        stage.developerClone().commit(message);
        stage.developerClone().push(branch);
        stage.pipeline().build(branch);
        stage.pipeline().push(branch);
        stage.pipeline().announce(branch);
        return awaitRelease(branch);
    }

    /**
     * Pushes a new branch at main's commit, whose image exists already, waits for the release, and uploads an image to
     * it. Does nothing if the branch has a release already.
     *
     * @return the time from the announcement to the first answer
     */
    Duration ensure(String branch) throws Exception {
        ensureMain();
        Duration known = made.get(branch);
        if (known != null) {
            return known;
        }
        stage.developerClone().createBranch(branch);
        stage.developerClone().push(branch);
        stage.pipeline().announce(branch);
        return awaitRelease(branch);
    }

    private Duration awaitRelease(String branch) throws Exception {
        Release release = stage.release(branch);
        Duration took = release.awaitAnswer(90, stage.commitOf(branch));
        release.client().uploadOwn();
        made.put(branch, took);
        return took;
    }

    /** Deletes a branch on the Git server, and announces that as CI does. */
    void delete(String branch) throws IOException, InterruptedException {
        stage.developerClone().deleteRemotely(branch);
        stage.pipeline().announce(branch);
        made.remove(branch);
    }
}
