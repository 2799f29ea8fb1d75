package io.latestimage.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The blocks of one of the two orders of a {@link PowerLossHistory}. A block is the write of a value and its reads. */
final class BlockOrder {
    static final long NEVER = Long.MAX_VALUE;

    private static final class Block {
        private @Nullable Long written;
        private boolean kept;
        private boolean read;
        private long firstEnd = NEVER;
        private long lastStart = Long.MIN_VALUE;
        private long firstReadEnd = NEVER;

        boolean mustPrecede(Block other) {
            return firstEnd < other.lastStart;
        }
    }

    private final Map<String, Block> blocks = new HashMap<>();

    void write(String value, long start, long end) {
        Block block = add(value, start, end);
        if (block.written != null) {
            throw new IllegalArgumentException("written twice: " + value);
        }
        block.written = start;
    }

    void read(String value, long start, long end) {
        Block block = add(value, start, end);
        block.read = true;
        block.firstReadEnd = Math.min(block.firstReadEnd, end);
    }

    /** Records that the write of this value took effect, even if no client has read the value. */
    void keep(String value) {
        Block block = blocks.get(value);
        if (block != null) {
            block.kept = true;
        }
    }

    private Block add(String value, long start, long end) {
        Block block = blocks.computeIfAbsent(value, each -> new Block());
        block.firstEnd = Math.min(block.firstEnd, end);
        block.lastStart = Math.max(block.lastStart, start);
        return block;
    }

    Set<String> values() {
        return blocks.keySet();
    }

    /** Whether the blocks can be ordered at all. */
    boolean exists() {
        return canBeOrdered(null, Set.of(), Set.of());
    }

    /**
     * Whether there is an order in which this value is the survivor.
     *
     * @param noLater values that must not come after the survivor
     * @param noEarlier values that must not come before the survivor
     */
    boolean canEndWith(String survivor, Set<String> noLater, Set<String> noEarlier) {
        return canBeOrdered(blocks.get(survivor), noLater, noEarlier);
    }

    private boolean canBeOrdered(@Nullable Block survivor, Set<String> noLater, Set<String> noEarlier) {
        List<Block> rest = new ArrayList<>();
        Set<Block> before = new HashSet<>();
        Set<Block> behind = new HashSet<>();
        for (Map.Entry<String, Block> entry : blocks.entrySet()) {
            Block block = entry.getValue();
            if (block.written == null || block.firstReadEnd < block.written) {
                return false;
            }
            if (block.kept || block.read || block == survivor) {
                rest.add(block);
            }
            if (noLater.contains(entry.getKey())) {
                before.add(block);
            }
            if (noEarlier.contains(entry.getKey())) {
                behind.add(block);
            }
        }
        while (!rest.isEmpty()) { // remove a block that no other block must precede
            Optional<Block> next = rest.stream()
                    .filter(block -> rest.stream()
                            .noneMatch(other -> other != block
                                    && (other.mustPrecede(block)
                                            || (block == survivor && before.contains(other))
                                            || (other == survivor && behind.contains(block)))))
                    .findAny();
            if (next.isEmpty()) {
                return false;
            }
            rest.remove(next.get());
        }
        return true;
    }
}
