package io.latestimage.e2e;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A history of reads and writes during which the storage lost its power once, and the check whether that history is
 * possible. A storage must keep every acknowledged write. It may undo a write at the loss of power if the write was not
 * acknowledged by then, even if a client has already read the value.
 *
 * <p>The operations form two orders: those that took effect before the loss, and those that took effect after it. The
 * second order begins with one value of the first, the survivor. In the first order, only writes that were not
 * acknowledged before the power returned come after the survivor. They are undone. They may take effect again in the
 * second order, because clients of the storage retransmit what it has not confirmed. A write that is acknowledged after
 * the loss is either in the first order, not after the survivor, or in the second order.
 *
 * <p>An operation that ended before the power returned belongs to the first order. One that began after the power was
 * lost belongs to the second order. One that did both is impossible. An operation that spans the outage may belong to
 * either order; the check tries all combinations.
 *
 * @see RegisterHistory for the terms, and for the proof that sorting blocks is enough
 */
public final class PowerLossHistory {
    private static final int MOST_SPANNING = 12;

    private final long off;
    private final long on;
    private final List<Write> writes = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();

    /**
     * Creates an empty history. All times are those of one clock.
     *
     * @param off a time by which the power was certainly lost
     * @param on a later time at which the power had certainly not returned yet
     */
    public PowerLossHistory(long off, long on) {
        this.off = off;
        this.on = on;
    }

    /** The history of these answers. A rejected upload is no write. */
    public static PowerLossHistory of(Iterable<Answer> answers, long off, long on) {
        PowerLossHistory history = new PowerLossHistory(off, on);
        for (Answer answer : answers) {
            boolean done = answer.outcome() == Outcome.DONE;
            if (answer.operation() == Operation.DOWNLOAD && done) {
                history.read(answer.version(), answer.earliest(), answer.known());
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

    /** Why this history is impossible; empty if it is possible. */
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
     * Whether at least one value can be the survivor.
     *
     * @param spanningBefore those operations that span the outage and took effect before it
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

    /** The values in the second order. If the first order has them too, they are not before the survivor there. */
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
