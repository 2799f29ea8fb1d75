package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Creates branches, each with a release, and deletes them. It does not create an existing one again. */
final class Branches {
    private final Setup setup;
    private final Releases releases;
    /** For each branch, the time from the announcement of its image to the first answer of its release. */
    private final Map<String, Duration> made = new HashMap<>();

    Branches(Setup setup, Releases releases) {
        this.setup = setup;
        this.releases = releases;
    }

    /** Builds the image of main, and waits for its release, unless main has one already. */
    void ensureMain() throws Exception {
        if (!made.containsKey(MAIN)) {
            String commit = setup.developerClone().commitOf(MAIN);
            setup.pipeline().build(MAIN);
            setup.pipeline().push(MAIN);
            setup.pipeline().announce(MAIN);
            made.put(MAIN, releases.of(MAIN).awaitAnswer(90, commit));
            releases.of(MAIN).awaitHealth(60, commit);
        }
    }

    /**
     * Pushes a new branch with its own commit, builds that commit, waits for the release, and uploads an image to it.
     *
     * @return the time from the announcement to the first answer
     */
    Duration create(String branch, String message) throws Exception {
        ensureMain();
        setup.developerClone().createBranch(branch);
        setup.developerClone().commit(message);
        setup.developerClone().push(branch);
        setup.pipeline().build(branch);
        setup.pipeline().push(branch);
        setup.pipeline().announce(branch);
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
        setup.developerClone().createBranch(branch);
        setup.developerClone().push(branch);
        setup.pipeline().announce(branch);
        return awaitRelease(branch);
    }

    private Duration awaitRelease(String branch) throws Exception {
        Release release = releases.of(branch);
        Duration took = release.awaitAnswer(90, setup.developerClone().commitOf(branch));
        release.client().uploadOwn();
        made.put(branch, took);
        return took;
    }

    /** Deletes a branch on the Git server, and announces that as CI does. */
    void delete(String branch) throws IOException, InterruptedException {
        setup.developerClone().deleteRemotely(branch);
        setup.pipeline().announce(branch);
        made.remove(branch);
    }
}
