package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Branches with a release each. What is there already is not made again. */
final class Branches {
    private final Stage stage;
    /** How long it took from the image, or from the push where the image was there, to the first answer. */
    private final Map<String, Duration> made = new HashMap<>();

    Branches(Stage stage) {
        this.stage = stage;
    }

    /** Builds main's image and has it released. */
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

    /** Pushes a branch with a commit of its own, which is built then, has it released, and uploads an image. */
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

    /** Pushes a branch at main's commit, whose image is there already, has it released, and uploads an image. */
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

    /** A branch is deleted on the Git server, and CI says so. */
    void delete(String branch) throws IOException, InterruptedException {
        stage.developerClone().deleteRemotely(branch);
        stage.pipeline().announce(branch);
        made.remove(branch);
    }
}
