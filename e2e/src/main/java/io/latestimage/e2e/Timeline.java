package io.latestimage.e2e;

import java.util.ArrayList;
import java.util.List;

/** The phases of a run, one after the other without gaps, and moments in them. Threads may share it. */
public final class Timeline {
    private record Begin(String name, Expectation expectation, long time) {}

    /**
     * A moment, for the picture.
     *
     * @param time {@link System#nanoTime()}
     */
    public record Mark(String name, long time) {}

    private final List<Begin> begins = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();

    /** From now on this is expected. */
    public synchronized void phase(String name, Expectation expectation) {
        begins.add(new Begin(name, expectation, System.nanoTime()));
    }

    /** Something is done now. */
    public synchronized void mark(String name) {
        marks.add(new Mark(name, System.nanoTime()));
    }

    /** What is expected now; {@link Expectation#NOT_JUDGED} before the first phase. */
    public synchronized Expectation expectation() {
        return begins.isEmpty() ? Expectation.NOT_JUDGED : begins.getLast().expectation();
    }

    /** The phases so far, the last of which ends now. */
    public synchronized List<Phase> end() {
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < begins.size(); i++) {
            Begin begin = begins.get(i);
            long end = i + 1 < begins.size() ? begins.get(i + 1).time() : System.nanoTime() + 1;
            phases.add(new Phase(begin.name(), begin.expectation(), begin.time(), end));
        }
        return phases;
    }

    /** The moments, in order. */
    public synchronized List<Mark> marks() {
        return List.copyOf(marks);
    }
}
