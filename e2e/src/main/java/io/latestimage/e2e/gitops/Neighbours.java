package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Form;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The releases that no change to another release may affect. Each is watched as soon as it exists. */
final class Neighbours implements AutoCloseable {
    private static final int MOST_SHOWN = 5;
    private static final Duration BETWEEN_CHECKS = Duration.ofMillis(500);

    /** Throws an exception if a promise does not hold. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    private final List<String> names;
    private final Branches branches;
    private final Releases releases;
    private final ArgoCd argo;
    private final Form form;
    private final Map<String, Watch> watches = new LinkedHashMap<>();

    /**
     * Watches nothing yet.
     *
     * @param names of the branches that have these releases
     */
    Neighbours(List<String> names, Branches branches, Releases releases, ArgoCd argo, Form form) {
        this.names = List.copyOf(names);
        this.branches = branches;
        this.releases = releases;
        this.argo = argo;
        this.form = form;
    }

    /** Creates all of these releases that do not exist yet, and watches them. */
    void ensure() throws Exception {
        for (String branch : names) {
            branches.ensure(branch);
            watch(branch);
        }
    }

    /** The branches of these releases. They are watched until the end of the run. */
    List<String> branches() {
        return names;
    }

    /** Watches the release of a branch from now on. */
    void watch(String branch) throws IOException, InterruptedException {
        if (!watches.containsKey(branch)) {
            watches.put(branch, new Watch(releases.of(branch).client()));
        }
    }

    /** The failed downloads from the release of a branch. */
    List<String> failuresOf(String branch) {
        Watch watch = watches.get(branch);
        if (watch == null) {
            throw new IllegalStateException("the release of " + branch + " is not watched");
        }
        return watch.failures();
    }

    /** Fails if a download from the release of this branch has failed. */
    void isUnharmed(String branch) {
        List<String> failures = failuresOf(branch);
        if (!failures.isEmpty()) {
            throw new AssertionError("%d downloads from the release of %s failed:%n%s"
                    .formatted(
                            failures.size(),
                            branch,
                            failures.stream().limit(MOST_SHOWN).collect(Collectors.joining("\n"))));
        }
    }

    /** Fails if a download from any of these releases has failed. All of them must be watched. */
    void areUnharmed() {
        for (String branch : names) {
            isUnharmed(branch);
        }
    }

    /** Fails if a download from any of these releases that are watched already has failed. */
    void watchedAreUnharmed() {
        for (String branch : names) {
            if (watches.containsKey(branch)) {
                isUnharmed(branch);
            }
        }
    }

    /** The number of downloads from each watched release, by branch. */
    Map<String, Integer> downloads() {
        Map<String, Integer> downloads = new LinkedHashMap<>();
        for (String branch : names) {
            Watch watch = watches.get(branch);
            if (watch != null) {
                downloads.put(branch, watch.downloads());
            }
        }
        return downloads;
    }

    /** How many of these downloads were marked as stale for a moment. */
    int staleDownloads() {
        return watches.values().stream().mapToInt(Watch::staleDownloads).sum();
    }

    /**
     * Fails if the Applications are not the same as before, or if a download from any of these releases has failed.
     *
     * @param when the situation, for the message, such as "without the Git server"
     * @param before the names of the Applications before, sorted
     */
    void nothingIsLost(String when, List<String> before) throws IOException, InterruptedException {
        List<String> now = argo.applications();
        if (!now.equals(before)) {
            throw new AssertionError(
                    "%s there are other Applications than before: %s instead of %s".formatted(when, now, before));
        }
        areUnharmed();
    }

    /**
     * Checks again and again, for some seconds, that something stays unchanged, such as that nothing is deleted.
     *
     * @param check throws an exception if it has changed
     */
    void staysFor(Check check) throws Exception {
        long began = System.nanoTime();
        long time = form.seconds(6, 10).toNanos();
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
