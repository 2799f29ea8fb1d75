package io.latestimage.e2e.gitops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the cases have measured and shown so far, in order. Threads may share it. */
final class Findings {
    /**
     * A time that the report has.
     *
     * @param what was measured
     */
    record Measured(String what, Duration time) {}

    private final List<String> cases = new ArrayList<>();
    private final List<Measured> times = new ArrayList<>();
    private final List<String> shown = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private String load = "";

    /** A case has begun. */
    synchronized void ran(String name) {
        cases.add(name);
    }

    synchronized void measured(String what, Duration time) {
        times.add(new Measured(what, time));
    }

    /** Something holds; a whole sentence, or several. */
    synchronized void shown(String text) {
        shown.add(text);
    }

    /** What the load saw, as its report says. */
    synchronized void load(String text) {
        load = text;
    }

    /** A case has failed. */
    synchronized void failed(String name, Throwable reason) {
        failures.add(name + ": " + reason);
    }

    /** The names of all that have begun. */
    synchronized List<String> cases() {
        return List.copyOf(cases);
    }

    synchronized List<Measured> times() {
        return List.copyOf(times);
    }

    synchronized List<String> shown() {
        return List.copyOf(shown);
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    synchronized String load() {
        return load;
    }
}
