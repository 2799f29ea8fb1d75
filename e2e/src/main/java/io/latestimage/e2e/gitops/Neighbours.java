package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The releases that must not notice anything of what is done to others; each is watched from when it is there. */
final class Neighbours implements AutoCloseable {
    private static final int MOST_SHOWN = 5;
    private static final Duration BETWEEN_CHECKS = Duration.ofMillis(500);

    /** Throws when something is not as it should be. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    private final Stage stage;
    private final Map<String, Watch> watches = new LinkedHashMap<>();

    Neighbours(Stage stage) {
        this.stage = stage;
    }

    /** All of them are there and watched. */
    void ensure() throws Exception {
        for (String branch : branches()) {
            stage.branches().ensure(branch);
            watch(branch);
        }
    }

    /** The branches whose releases must not notice anything of the others, to the end. */
    List<String> branches() throws IOException, InterruptedException {
        return List.of(Stage.FEATURE, Stage.ALIKE, Stage.LONG, Stage.CYRILLIC, stage.twin());
    }

    /** Watches the release of a branch from now on. */
    void watch(String branch) throws IOException, InterruptedException {
        if (!watches.containsKey(branch)) {
            watches.put(branch, new Watch(stage.release(branch).client()));
        }
    }

    /** What the watch of a branch has noted. */
    List<String> failuresOf(String branch) {
        Watch watch = watches.get(branch);
        if (watch == null) {
            throw new IllegalStateException("nobody watches " + branch);
        }
        return watch.failures();
    }

    /** Fails if the watch of a release has noted anything. */
    void isUnharmed(String branch) {
        List<String> failures = failuresOf(branch);
        if (!failures.isEmpty()) {
            throw new AssertionError("%s failed meanwhile, %d times:%n%s"
                    .formatted(
                            branch,
                            failures.size(),
                            failures.stream().limit(MOST_SHOWN).collect(Collectors.joining("\n"))));
        }
    }

    /** Fails if any of those that are watched to the end has noticed anything. */
    void areUnharmed() throws IOException, InterruptedException {
        for (String branch : branches()) {
            isUnharmed(branch);
        }
    }

    /** Fails if any neighbour that is watched has noticed anything. */
    void watchedAreUnharmed() throws IOException, InterruptedException {
        for (String branch : branches()) {
            if (watches.containsKey(branch)) {
                isUnharmed(branch);
            }
        }
    }

    /** How many downloads each neighbour that is watched has had. */
    Map<String, Integer> downloads() throws IOException, InterruptedException {
        Map<String, Integer> downloads = new LinkedHashMap<>();
        for (String branch : branches()) {
            Watch watch = watches.get(branch);
            if (watch != null) {
                downloads.put(branch, watch.downloads());
            }
        }
        return downloads;
    }

    /**
     * Fails unless the Applications are those of before and no neighbour has noticed anything.
     *
     * @param when for the message, such as "without the Git server"
     */
    void nothingIsLost(String when, List<String> before) throws IOException, InterruptedException {
        List<String> now = stage.argo().applications();
        if (!now.equals(before)) {
            throw new AssertionError(
                    "%s there are other Applications than before: %s instead of %s".formatted(when, now, before));
        }
        areUnharmed();
    }

    /**
     * Watches for a while that something stays as it is, as when nothing is to be deleted.
     *
     * @param check throws as soon as it is not
     */
    void staysFor(Check check) throws Exception {
        long began = System.nanoTime();
        long time = stage.parameters().form().seconds(6, 10).toNanos();
        do {
            check.run();
            Await.pass(BETWEEN_CHECKS);
        } while (System.nanoTime() - began < time);
        check.run();
    }

    @Override
    public void close() {
        watches.values().forEach(Watch::close);
    }
}
