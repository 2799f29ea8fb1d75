package io.latestimage.e2e.nfs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A counter that finds lost updates. To increment it, a client downloads the image and replaces it with
 * {@code If-Match} by another one. Each image stands for one step from one other image. So the last image names all
 * steps that were taken, in order. An acknowledged step that is not among them is a lost update.
 */
final class Counter {
    /** What is known about a step. */
    enum Fate {
        /** There is no answer yet, or it does not say for sure whether the step was taken. */
        UNKNOWN,
        ACKNOWLEDGED,
        /** The step was not taken. */
        REFUSED
    }

    private record Step(String before, long value) {}

    private final String first;
    private final Map<String, Step> steps = new ConcurrentHashMap<>();
    private final Map<String, Fate> fates = new ConcurrentHashMap<>();

    /**
     * Creates a counter at 0.
     *
     * @param first the version of the acknowledged image that stands for 0
     */
    Counter(String first) {
        this.first = first;
    }

    /** The value that an image stands for; empty if the image is not from this counter. */
    Optional<Long> value(String version) {
        return version.equals(first)
                ? Optional.of(0L)
                : Optional.ofNullable(steps.get(version)).map(Step::value);
    }

    /** Records that a client is about to replace the version before with this version. */
    void trying(String before, String version) {
        long value = value(before).orElseThrow(() -> new IllegalArgumentException("not of this counter: " + before));
        steps.put(version, new Step(before, value + 1));
        fates.put(version, Fate.UNKNOWN);
    }

    /** Records the answer to a step. */
    void answered(String version, Fate fate) {
        fates.put(version, fate);
    }

    /** The number of acknowledged steps. */
    long acknowledged() {
        return count(Fate.ACKNOWLEDGED);
    }

    private long count(Fate fate) {
        return fates.values().stream().filter(each -> each == fate).count();
    }

    /**
     * Checks the last image after all clients have ended. It must have every acknowledged step, and no refused one.
     *
     * @param last the version of the last image
     * @return what is wrong; empty if nothing is
     */
    Optional<String> problem(String last) {
        Set<String> taken = new HashSet<>();
        String at = last;
        while (!at.equals(first)) {
            Step step = steps.get(at);
            if (step == null) {
                return Optional.of("the image is no step of this counter: " + at);
            }
            taken.add(at);
            if (fates.get(at) == Fate.REFUSED) {
                return Optional.of("a refused step was taken, to %d".formatted(step.value()));
            }
            at = step.before();
        }
        Deque<String> lost = new ArrayDeque<>();
        fates.forEach((version, fate) -> {
            if (fate == Fate.ACKNOWLEDGED && !taken.contains(version)) {
                lost.add("%.12s to %d".formatted(version, value(version).orElse(-1L)));
            }
        });
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of("%d acknowledged steps are lost: %s".formatted(lost.size(), lost));
    }

    /** The counts, for the report. */
    String summary(String last) {
        return "at %d; %d steps acknowledged, %d refused, %d without a certain answer"
                .formatted(value(last).orElse(-1L), acknowledged(), count(Fate.REFUSED), count(Fate.UNKNOWN));
    }
}
