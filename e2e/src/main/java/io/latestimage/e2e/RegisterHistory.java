package io.latestimage.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The reads and writes of one register by any number of clients, and the check whether this history is linearizable. It
 * is linearizable if there is an order of all operations in which each takes effect at one moment between its start and
 * its end, and each read returns the value that was written last. No value is written twice.
 *
 * <p>In such an order, the write of a value and all reads of it are adjacent, with the write first. Call them a block.
 * So it is enough to order blocks. Block A must come before block B if any operation of A ends before any operation of
 * B starts, that is, if the first end in A is before the last start in B. Write A → B for this. The history is
 * linearizable if and only if
 *
 * <ol>
 *   <li>each value that was read was written, by a write that started before the read ended, and
 *   <li>there are no two blocks with A → B and B → A.
 * </ol>
 *
 * <p>Both conditions are necessary, because a block has one place in the order. They are also sufficient. Assume that
 * the relation → has a longer cycle. Take the block M on it whose first end is the earliest, its predecessor P, and P's
 * predecessor O. P → M is on the cycle. M's first end is no later than O's, and O's is before P's last start. So M → P
 * holds as well, which (2) excludes. So there is no cycle, and the blocks can be sorted. In each block, put the write
 * first, which (1) allows, and sort the reads by their start. Then the order respects the times of operations of
 * different blocks, by the definition of →, and also of operations of the same block.
 *
 * <p>A write without an answer may take effect at any time after its start, or never. It has no end. If no client read
 * its value, the check ignores it.
 *
 * @see <a href="https://doi.org/10.1137/S0097539794279614">Gibbons and Korach, Testing Shared Memories, 1997</a>
 */
public final class RegisterHistory {
    /** The value of the register before the first write. */
    public static final String INITIAL = "";

    private static final long NEVER = Long.MAX_VALUE;

    private final ConcurrentLinkedQueue<Operation> operations = new ConcurrentLinkedQueue<>();

    private enum Kind {
        READ,
        WRITE
    }

    private record Operation(Kind kind, String value, long start, long end) {}

    public RegisterHistory() {
        operations.add(new Operation(Kind.WRITE, INITIAL, Long.MIN_VALUE, Long.MIN_VALUE));
    }

    public void read(String value, long start, long end) {
        operations.add(new Operation(Kind.READ, value, start, end));
    }

    public void write(String value, long start, long end) {
        operations.add(new Operation(Kind.WRITE, value, start, end));
    }

    public void writeWithoutAnswer(String value, long start) {
        operations.add(new Operation(Kind.WRITE, value, start, NEVER));
    }

    public int size() {
        return operations.size() - 1;
    }

    /** All operations on one value. */
    private static final class Block {
        private final String value;
        private final List<Operation> reads = new ArrayList<>();
        private @Nullable Operation write;
        private long firstEnd = Long.MAX_VALUE;
        private long lastStart = Long.MIN_VALUE;

        Block(String value) {
            this.value = value;
        }

        void add(Operation operation) {
            if (operation.kind() == Kind.READ) {
                reads.add(operation);
            } else if (write == null) {
                write = operation;
            } else {
                throw new IllegalArgumentException("written twice: " + value);
            }
            firstEnd = Math.min(firstEnd, operation.end());
            lastStart = Math.max(lastStart, operation.start());
        }

        boolean isWithoutEffect() {
            return reads.isEmpty() && write != null && write.end() == NEVER;
        }

        boolean mustPrecede(Block other) {
            return firstEnd < other.lastStart;
        }

        /** Why this block does not meet condition (1); empty if it does. */
        Optional<String> violation() {
            Operation written = write;
            if (written == null) {
                return Optional.of("read and never written: " + value);
            }
            return reads.stream()
                    .filter(read -> read.end() < written.start())
                    .findAny()
                    .map(read -> "read before it was written: " + read + ", " + written);
        }

        @Override
        public String toString() {
            return "[%s, %d reads, first end %d, last start %d]".formatted(write, reads.size(), firstEnd, lastStart);
        }
    }

    /** Why the history is not linearizable; empty if it is. */
    public Optional<String> violation() {
        Map<String, Block> byValue = new HashMap<>();
        operations.forEach(operation ->
                byValue.computeIfAbsent(operation.value(), Block::new).add(operation));
        List<Block> blocks = byValue.values().stream()
                .filter(block -> !block.isWithoutEffect())
                .toList();
        for (Block block : blocks) {
            Optional<String> violation = block.violation();
            if (violation.isPresent()) {
                return violation;
            }
        }
        for (Block a : blocks) {
            for (Block b : blocks) {
                if (a != b && a.mustPrecede(b) && b.mustPrecede(a)) {
                    return Optional.of("each must come before the other: " + a + ", " + b);
                }
            }
        }
        return Optional.empty();
    }
}
