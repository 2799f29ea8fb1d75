package io.latestimage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Histories as text: {@code w a 0 2} is a write of a from 0 to 2, {@code r a 1 3} a read of it, {@code r - 0 1} a read
 * of the initial value, and {@code w a 0 ?} a write without an answer.
 */
class RegisterHistoryTest {
    private record Step(boolean write, String value, long start, long end) {}

    @ParameterizedTest
    @CsvSource({
        "nothing at all, ''",
        "operations one after the other, r - 0 1; w a 2 3; r a 4 5; w b 6 7; r b 8 9",
        "a read during the write sees the old value, w a 0 1; w b 2 9; r a 3 4",
        "a read during the write sees the new value, w a 0 1; w b 2 9; r b 3 4",
        "concurrent reads see either value, w a 0 1; w b 2 9; r b 3 6; r a 4 7",
        "concurrent writes in one order, w a 0 5; w b 0 5; r a 6 7",
        "concurrent writes in the other order, w a 0 5; w b 0 5; r b 6 7",
        "a write without an answer is seen late, w a 0 ?; w b 1 2; r b 3 4; r a 5 6",
        "a write without an answer is never seen, w a 0 ?; w b 1 2; r b 3 4",
        "a read that starts when a write ends is concurrent with it, w a 0 1; r - 1 2",
    })
    void passes(String name, String history) {
        List<Step> steps = parse(history);
        assertThat(history(steps).violation()).as(name).isEmpty();
        assertThat(canBeOrdered(steps)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "a stale read, w a 0 1; r - 2 3",
        "a stale read after two writes, w a 0 1; w b 2 3; r a 4 5",
        "a read sees the old value after another saw the new one, w a 0 1; w b 2 9; r b 3 4; r a 5 6",
        "a value is read before it is written, r a 0 1; w a 2 3",
        "a value that was never written is read, r x 0 1",
        "two readers see writes in different orders, w a 0 9; w b 0 9; r a 1 2; r b 3 4; r a 5 6",
        "an unanswered write appears and disappears, w a 0 1; w b 2 ?; r b 3 4; r a 5 6",
        "a stale read after three writes, w a 0 1; w b 2 3; w c 4 5; r b 6 7",
    })
    void finds(String name, String history) {
        List<Step> steps = parse(history);
        assertThat(history(steps).violation()).as(name).isPresent();
        assertThat(canBeOrdered(steps)).isFalse();
    }

    /**
     * Compares the results for small random histories, about half of them linearizable, with a search of all orders.
     */
    @Test
    void agreesWithTryingAllOrders() {
        Random random = new Random(7);
        int linearizable = 0;
        for (int i = 0; i < 20_000; i++) {
            List<Step> steps = new ArrayList<>();
            String values = "abc".substring(0, 1 + random.nextInt(3));
            for (int value = 0; value < values.length(); value++) {
                int start = random.nextInt(12);
                long end = random.nextInt(5) == 0 ? Long.MAX_VALUE : start + random.nextInt(6);
                steps.add(new Step(true, values.substring(value, value + 1), start, end));
            }
            for (int reads = random.nextInt(5); reads > 0; reads--) {
                int start = random.nextInt(12);
                int value = random.nextInt(values.length() + 1);
                String read = value == values.length() ? RegisterHistory.INITIAL : values.substring(value, value + 1);
                steps.add(new Step(false, read, start, start + random.nextInt(6)));
            }
            boolean expected = canBeOrdered(steps);
            linearizable += expected ? 1 : 0;
            assertThat(history(steps).violation().isEmpty())
                    .as(steps.toString())
                    .isEqualTo(expected);
        }
        assertThat(linearizable).isBetween(4_000, 16_000);
    }

    private static List<Step> parse(String history) {
        List<Step> steps = new ArrayList<>();
        for (String text : history.isEmpty() ? List.<String>of() : List.of(history.split("; ", -1))) {
            String[] words = text.split(" ", 4);
            long end = words[3].equals("?") ? Long.MAX_VALUE : Long.parseLong(words[3]);
            String value = words[1].equals("-") ? RegisterHistory.INITIAL : words[1];
            steps.add(new Step(words[0].equals("w"), value, Long.parseLong(words[2]), end));
        }
        return steps;
    }

    private static RegisterHistory history(List<Step> steps) {
        RegisterHistory history = new RegisterHistory();
        for (Step step : steps) {
            if (!step.write()) {
                history.read(step.value(), step.start(), step.end());
            } else if (step.end() == Long.MAX_VALUE) {
                history.writeWithoutAnswer(step.value(), step.start());
            } else {
                history.write(step.value(), step.start(), step.end());
            }
        }
        return history;
    }

    private static boolean canBeOrdered(List<Step> steps) {
        return canBeOrdered(steps, RegisterHistory.INITIAL);
    }

    /**
     * Applies the definition of linearizability: some operation that need not come after another one goes first, and
     * the rest can be ordered.
     */
    private static boolean canBeOrdered(List<Step> rest, String current) {
        if (rest.stream().allMatch(step -> step.write() && step.end() == Long.MAX_VALUE)) {
            return true; // writes without an answer need not take effect
        }
        for (Step step : rest) {
            boolean possible = step.write() || step.value().equals(current);
            if (possible && rest.stream().noneMatch(other -> other.end() < step.start())) {
                List<Step> others = new ArrayList<>(rest);
                others.remove(step);
                if (canBeOrdered(others, step.value())) {
                    return true;
                }
            }
        }
        return false;
    }
}
