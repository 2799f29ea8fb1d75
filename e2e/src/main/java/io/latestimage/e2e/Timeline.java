package io.latestimage.e2e;

import java.util.ArrayList;
import java.util.List;

/** The phases of a run, in order and without gaps, and marked moments. Threads may share it. */
public final class Timeline {
    private record Begin(String name, Expectation expectation, long time) {}

    /**
     * A marked moment, which the picture shows.
     *
     * @param time the moment, {@link System#nanoTime()}
     */
    public record Mark(String name, long time) {}

    private final List<Begin> begins = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();

    /** Begins a phase, and ends the previous one. */
    public synchronized void phase(String name, Expectation expectation) {
        begins.add(new Begin(name, expectation, System.nanoTime()));
    }

    /** Marks this moment. */
    public synchronized void mark(String name) {
        marks.add(new Mark(name, System.nanoTime()));
    }

    /** The expectation of the current phase; {@link Expectation#NOT_JUDGED} before the first phase. */
    public synchronized Expectation expectation() {
        return begins.isEmpty() ? Expectation.NOT_JUDGED : begins.getLast().expectation();
    }

    /** The phases so far. The last one ends now. */
    public synchronized List<Phase> end() {
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < begins.size(); i++) {
            Begin begin = begins.get(i);
            long end = i + 1 < begins.size() ? begins.get(i + 1).time() : System.nanoTime() + 1;
            phases.add(new Phase(begin.name(), begin.expectation(), begin.time(), end));
        }
        return phases;
    }

    /** The marked moments, in order. */
    public synchronized List<Mark> marks() {
        return List.copyOf(marks);
    }
}
