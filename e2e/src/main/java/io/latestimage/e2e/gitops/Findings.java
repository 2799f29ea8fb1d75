package io.latestimage.e2e.gitops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The results of the cases so far, in order. Threads may share it. */
final class Findings {
    /**
     * A measured time, for the report.
     *
     * @param what the event or the action that was measured
     */
    record Measured(String what, Duration time) {}

    private final List<String> cases = new ArrayList<>();
    private final List<Measured> times = new ArrayList<>();
    private final List<String> shown = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private String load = "";

    /** Records that a case has begun. */
    synchronized void ran(String name) {
        cases.add(name);
    }

    synchronized void measured(String what, Duration time) {
        times.add(new Measured(what, time));
    }

    /** Records a promise that holds, in one or more whole sentences. */
    synchronized void shown(String text) {
        shown.add(text);
    }

    /** Records the summary of the load's report. */
    synchronized void load(String text) {
        load = text;
    }

    /** Records that a case has failed. */
    synchronized void failed(String name, Throwable reason) {
        failures.add(name + ": " + reason);
    }

    /** The names of all cases that have begun. */
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
