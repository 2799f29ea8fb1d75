package io.latestimage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Histories as text, as in {@link RegisterHistoryTest}: {@code w a 0 2} is a write of a from 0 to 2, {@code r a 1 3} a
 * read of it, and {@code w a 0 ?} a write without an answer. The power is off from 100 to 200.
 */
class PowerLossHistoryTest {
    private static final long OFF = 100;
    private static final long ON = 200;

    @ParameterizedTest
    @CsvSource({
        "nothing lost, w a 0 1; r a 2 3; r a 300 301; w b 302 303; r b 304 305",
        "an unanswered write was seen and is undone, w a 0 1; w b 2 ?; r b 3 4; r a 300 301",
        "an unanswered write was seen and is kept, w a 0 1; w b 2 ?; r b 3 4; r b 300 301",
        "an unanswered write is first seen after the power loss, w a 0 1; w b 2 ?; r a 3 4; r a 300 301; r b 302 303",
        "two successive writes are undone, w a 0 1; w b 2 ?; r b 3 4; w c 5 ?; r c 6 7; r a 300 301",
        "the second of two successive writes is undone, w a 0 1; w b 2 ?; r b 3 4; w c 5 ?; r c 6 7; r b 300 301",
        "a write is undone and then sent again, w a 0 1; w b 2 310; r b 3 4; r a 300 301; r b 311 312",
        "an unanswered write is undone and then sent again, w a 0 1; w b 2 ?; r b 3 4; r a 300 301; r b 302 303",
        "acknowledged after the power came back, w a 0 1; w b 2 310; r b 3 4; r b 300 301",
        "acknowledged after the power loss but replaced before, w a 0 1; w b 2 310; w c 3 4; r c 300 301; r c 311 312",
        "acknowledged before the power came back, w a 0 1; w b 2 150; r b 300 301",
        "a write begins while the power is off, w a 0 1; w b 150 310; r a 300 301; r b 311 312",
        "a read that spans the power loss sees the old value, w a 0 1; w b 2 ?; r a 3 300; r b 301 302",
        "a read that spans the power loss sees the write that is undone, w a 0 1; w b 2 ?; r b 99 300; r a 301 302",
    })
    void passes(String name, String history) {
        assertThat(history(history).violation()).as(name).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "an acknowledged write is lost, w a 0 1; w b 2 3; r a 300 301",
        "an acknowledged and an unanswered write are lost, w a 0 1; w b 2 3; w c 4 ?; r c 5 6; r a 300 301",
        "a write acknowledged while the power was off is lost, w a 0 1; w b 2 150; r a 300 301",
        "a write acknowledged after the power loss is lost, w a 0 1; w b 2 310; r b 3 4; r a 300 301; r a 311 312",
        "a write is undone before the power loss, w a 0 1; w b 2 ?; r b 3 4; r a 5 6",
        "a write is undone after the power loss, w a 0 1; r a 210 211; w b 212 ?; r b 213 214; r a 215 216",
        "a write is seen after the power loss and then undone, w a 0 1; w b 2 ?; r b 3 4; r b 300 301; r a 302 303",
        "an unanswered write is kept and an acknowledged one lost, w a 0 1; w b 2 ?; r b 3 4; w c 5 6; r b 300 301",
        "a replaced value comes back, w a 0 1; w b 2 ?; r b 3 4; w c 5 6; r c 7 8; r c 300 301; r b 302 303",
        "a read is answered while the power is off, w a 0 1; r a 120 130",
        "a write is acknowledged while the power is off, w a 0 1; w b 120 130",
        "a value that was never written is read, w a 0 1; r x 300 301",
        "a stale value is read after the power loss, w a 0 1; w b 300 301; r a 302 303",
        "an old value comes back, w a 0 1; w b 2 3; w c 4 ?; r c 5 6; r a 300 301; r b 302 303",
        "a rejected write is seen after the power loss, w a 0 1; r b 300 301",
    })
    void finds(String name, String history) {
        assertThat(history(history).violation()).as(name).isPresent();
    }

    @Test
    void takesAcknowledgementsAndRejectionsFromAnswers() {
        Answer first = answer(Operation.UPLOAD, Outcome.DONE, "a", 0);
        Answer rejected = answer(Operation.UPLOAD, Outcome.REJECTED, "b", 10);
        Answer seen = answer(Operation.DOWNLOAD, Outcome.DONE, "b", 300);
        Answer marked = answer(Operation.DOWNLOAD, Outcome.STALE, "a", 120);
        assertThat(PowerLossHistory.of(List.of(first, rejected, marked), OFF, ON)
                        .violation())
                .isEmpty();
        assertThat(PowerLossHistory.of(List.of(first, rejected, seen), OFF, ON).violation())
                .isPresent();
        Answer uncertain = answer(Operation.UPLOAD, Outcome.UNCERTAIN, "b", 10);
        assertThat(PowerLossHistory.of(List.of(first, uncertain, seen), OFF, ON).violation())
                .isEmpty();
    }

    private static Answer answer(Operation operation, Outcome outcome, String version, long start) {
        return new Answer(operation, Style.FRESH, "t", start, start + 5, start + 5, version, 0, outcome, "");
    }

    private static PowerLossHistory history(String text) {
        PowerLossHistory history = new PowerLossHistory(OFF, ON);
        for (String step : text.split("; ", -1)) {
            String[] words = step.split(" ", 4);
            long start = Long.parseLong(words[2]);
            if (words[0].equals("r")) {
                history.read(words[1], start, Long.parseLong(words[3]));
            } else if (words[3].equals("?")) {
                history.writeWithoutAnswer(words[1], start);
            } else {
                history.write(words[1], start, Long.parseLong(words[3]));
            }
        }
        return history;
    }
}
