package io.latestimage.e2e.nfs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A counter. A client increments it: it downloads the image and uploads another in its place with {@code If-Match}.
 * Each image is one step from one other image, so that the last image names all steps that were taken, in their order:
 * a step that was acknowledged and is not among them is a lost update.
 */
final class Counter {
    /** How the step was answered. */
    enum Fate {
        /** Not yet, or not with certainty. */
        UNKNOWN,
        ACKNOWLEDGED,
        /** It did not happen. */
        REFUSED
    }

    private record Step(String before, long value) {}

    private final String first;
    private final Map<String, Step> steps = new ConcurrentHashMap<>();
    private final Map<String, Fate> fates = new ConcurrentHashMap<>();

    /**
     * A counter that is at 0.
     *
     * @param first the version of the image that says so, and was acknowledged
     */
    Counter(String first) {
        this.first = first;
    }

    /** The value that an image stands for; empty where it is none of this counter. */
    Optional<Long> value(String version) {
        return version.equals(first)
                ? Optional.of(0L)
                : Optional.ofNullable(steps.get(version)).map(Step::value);
    }

    /** Says that a step is about to be tried: from the version before to this one. */
    void trying(String before, String version) {
        long value = value(before).orElseThrow(() -> new IllegalArgumentException("not of this counter: " + before));
        steps.put(version, new Step(before, value + 1));
        fates.put(version, Fate.UNKNOWN);
    }

    void answered(String version, Fate fate) {
        fates.put(version, fate);
    }

    /** How many steps were acknowledged. */
    long acknowledged() {
        return count(Fate.ACKNOWLEDGED);
    }

    private long count(Fate fate) {
        return fates.values().stream().filter(each -> each == fate).count();
    }

    /**
     * Why the last image, when all is over, does not have every step that it must have and no other; empty if it has.
     */
    Optional<String> problem(String last) {
        Set<String> taken = new HashSet<>();
        String at = last;
        while (!at.equals(first)) {
            Step step = steps.get(at);
            if (step == null) {
                return Optional.of("an image that is no step: " + at);
            }
            taken.add(at);
            if (fates.get(at) == Fate.REFUSED) {
                return Optional.of("a step that was refused was taken, to %d".formatted(step.value()));
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
