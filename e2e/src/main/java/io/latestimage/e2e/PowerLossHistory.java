package io.latestimage.e2e;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a history is linearizable in which the storage lost its power once: all that was acknowledged is kept, and a
 * write whose effect was seen and that was not acknowledged when the power went may be undone at that moment.
 *
 * <p>There are two orders, one of all that took effect before the loss, one of all after it. One value of the first,
 * the survivor, is what the second begins with. Behind the survivor there are in the first order only writes that were
 * not acknowledged before the power came back: these are undone, and may take effect again in the second, since clients
 * of the storage send again what it has not confirmed. A write that is acknowledged after the loss is in the first
 * order no later than the survivor, or in the second.
 *
 * <p>What ended before the power came back belongs to the first order, what began after it had gone to the second, and
 * what did both cannot be. What spans the outage may be in either; all ways are tried.
 *
 * @see RegisterHistory which has the terms, and the reason why sorting blocks is enough
 */
public final class PowerLossHistory {
    private static final int MOST_SPANNING = 12;

    private final long off;
    private final long on;
    private final List<Write> writes = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();

    /**
     * An empty history.
     *
     * @param off when the power was certainly gone; all times are of one clock
     * @param on when it was certainly not back yet
     */
    public PowerLossHistory(long off, long on) {
        this.off = off;
        this.on = on;
    }

    /** What these answers say; an upload that was rejected did not happen. */
    public static PowerLossHistory of(Iterable<Answer> answers, long off, long on) {
        PowerLossHistory history = new PowerLossHistory(off, on);
        for (Answer answer : answers) {
            boolean done = answer.outcome() == Outcome.DONE;
            if (answer.operation() == Operation.DOWNLOAD && done) {
                history.read(answer.version(), answer.start(), answer.known());
            } else if (answer.operation() == Operation.UPLOAD && answer.mayHaveHappened()) {
                history.writes.add(
                        new Write(answer.version(), answer.start(), done ? answer.known() : BlockOrder.NEVER));
            }
        }
        return history;
    }

    private record Write(String value, long start, long end) {}

    private record Read(String value, long start, long end) {}

    public void read(String value, long start, long end) {
        reads.add(new Read(value, start, end));
    }

    public void write(String value, long start, long end) {
        writes.add(new Write(value, start, end));
    }

    public void writeWithoutAnswer(String value, long start) {
        writes.add(new Write(value, start, BlockOrder.NEVER));
    }

    /** Why it cannot have been, or empty if it can. */
    public Optional<String> violation() {
        for (Read read : reads) {
            if (isImpossible(read.start(), read.end())) {
                return Optional.of("read while the storage had no power: " + read);
            }
        }
        for (Write write : writes) {
            if (isImpossible(write.start(), write.end())) {
                return Optional.of("acknowledged while the storage had no power: " + write);
            }
        }
        List<Object> spanning = new ArrayList<>();
        reads.stream().filter(read -> spans(read.start(), read.end())).forEach(spanning::add);
        writes.stream()
                .filter(write -> write.end() != BlockOrder.NEVER && spans(write.start(), write.end()))
                .forEach(spanning::add);
        if (spanning.size() > MOST_SPANNING) {
            return Optional.of("more than %d operations span the outage: %s".formatted(MOST_SPANNING, spanning));
        }
        for (int choice = 0; choice < 1 << spanning.size(); choice++) {
            Set<Object> before = new HashSet<>();
            for (int i = 0; i < spanning.size(); i++) {
                if ((choice >> i & 1) == 1) {
                    before.add(spanning.get(i));
                }
            }
            if (isPossible(before)) {
                return Optional.empty();
            }
        }
        return Optional.of("no value can have survived the loss of power: %s, %s".formatted(writes, reads));
    }

    private boolean isImpossible(long start, long end) {
        return start >= off && end <= on;
    }

    private boolean spans(long start, long end) {
        return start < off && end > on;
    }

    private boolean isBefore(long end) {
        return end <= on;
    }

    /**
     * Whether some value can be the survivor.
     *
     * @param spanningBefore the operations, of those that span the outage, that took effect before it
     */
    private boolean isPossible(Set<Object> spanningBefore) {
        BlockOrder first = new BlockOrder();
        Set<String> kept = new HashSet<>();
        first.write(RegisterHistory.INITIAL, Long.MIN_VALUE, Long.MIN_VALUE);
        kept.add(RegisterHistory.INITIAL);
        for (Write write : writes) {
            if (write.start() < off) {
                boolean acknowledged = isBefore(write.end());
                first.write(write.value(), write.start(), acknowledged ? write.end() : BlockOrder.NEVER);
                if (acknowledged || spanningBefore.contains(write)) {
                    kept.add(write.value());
                }
            }
        }
        List<Read> later = new ArrayList<>();
        for (Read read : reads) {
            if (isBefore(read.end()) || spanningBefore.contains(read)) {
                first.read(read.value(), read.start(), Math.min(read.end(), on));
            } else {
                later.add(read);
            }
        }
        kept.forEach(first::keep);
        return first.values().stream()
                .filter(survivor -> first.canEndWith(survivor, kept, happensLater(later, spanningBefore)))
                .anyMatch(survivor -> canGoOnFrom(survivor, later, spanningBefore));
    }

    /** What is in the second order, and so is behind the survivor in the first where it was seen there. */
    private Set<String> happensLater(List<Read> later, Set<Object> spanningBefore) {
        Set<String> values = new HashSet<>();
        later.forEach(read -> values.add(read.value()));
        writes.stream()
                .filter(write -> write.end() != BlockOrder.NEVER && isOpen(write, spanningBefore))
                .forEach(write -> values.add(write.value()));
        return values;
    }

    private boolean isOpen(Write write, Set<Object> spanningBefore) {
        return !isBefore(write.end()) && !spanningBefore.contains(write);
    }

    private boolean canGoOnFrom(String survivor, List<Read> later, Set<Object> spanningBefore) {
        BlockOrder second = new BlockOrder();
        second.write(survivor, Long.MIN_VALUE, Long.MIN_VALUE);
        for (Write write : writes) {
            if (isOpen(write, spanningBefore) && !write.value().equals(survivor)) {
                second.write(write.value(), Math.max(write.start(), off), write.end());
                if (write.end() != BlockOrder.NEVER) {
                    second.keep(write.value());
                }
            }
        }
        second.keep(survivor);
        later.forEach(read -> second.read(read.value(), Math.max(read.start(), off), read.end()));
        return second.exists();
    }
}
