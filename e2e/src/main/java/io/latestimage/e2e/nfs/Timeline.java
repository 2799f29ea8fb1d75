package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Phase;
import java.util.ArrayList;
import java.util.List;

/** The phases of a scenario, one after the other without gaps. */
final class Timeline {
    private record Begin(String name, Expectation expectation, long time) {}

    private final List<Begin> begins = new ArrayList<>();

    /** From now on this is expected. */
    void phase(String name, Expectation expectation) {
        begins.add(new Begin(name, expectation, System.nanoTime()));
    }

    /** The phases, the last of which ends now. */
    List<Phase> end() {
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < begins.size(); i++) {
            Begin begin = begins.get(i);
            long end = i + 1 < begins.size() ? begins.get(i + 1).time() : System.nanoTime() + 1;
            phases.add(new Phase(begin.name(), begin.expectation(), begin.time(), end));
        }
        return phases;
    }
}
