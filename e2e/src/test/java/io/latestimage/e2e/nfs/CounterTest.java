package io.latestimage.e2e.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.nfs.Counter.Fate;
import org.junit.jupiter.api.Test;

/** {@link Counter} finds every lost update, whatever the answers to the other steps were. */
class CounterTest {
    private final Counter counter = new Counter("first");

    @Test
    void isExactIfEveryAcknowledgedStepWasTaken() {
        step("first", "one", Fate.ACKNOWLEDGED);
        step("one", "other", Fate.REFUSED);
        step("one", "two", Fate.ACKNOWLEDGED);
        assertThat(counter.problem("two")).isEmpty();
        assertThat(counter.value("two")).contains(2L);
        assertThat(counter.summary("two")).startsWith("at 2; 2 steps acknowledged, 1 refused");
    }

    @Test
    void findsAnAcknowledgedStepThatWasOverwritten() {
        step("first", "one", Fate.ACKNOWLEDGED);
        step("one", "lost", Fate.ACKNOWLEDGED);
        step("one", "two", Fate.ACKNOWLEDGED);
        assertThat(counter.problem("two"))
                .hasValueSatisfying(text -> assertThat(text).contains("1 acknowledged steps are lost", "lost"));
    }

    @Test
    void findsThatTheLastStepIsLost() {
        step("first", "one", Fate.ACKNOWLEDGED);
        assertThat(counter.problem("first")).isPresent();
    }

    @Test
    void permitsThatAStepWithAnUncertainAnswerWasTakenOrNot() {
        step("first", "one", Fate.ACKNOWLEDGED);
        step("one", "maybe", Fate.UNKNOWN);
        assertThat(counter.problem("one")).isEmpty();
        assertThat(counter.problem("maybe")).isEmpty();
        step("maybe", "two", Fate.ACKNOWLEDGED);
        assertThat(counter.problem("two")).isEmpty();
    }

    @Test
    void findsARefusedStepThatWasTaken() {
        step("first", "one", Fate.REFUSED);
        step("one", "two", Fate.ACKNOWLEDGED);
        assertThat(counter.problem("two"))
                .hasValueSatisfying(text -> assertThat(text).contains("refused"));
    }

    @Test
    void findsAnImageThatNoStepUploaded() {
        step("first", "one", Fate.ACKNOWLEDGED);
        assertThat(counter.problem("stranger")).isPresent();
    }

    private void step(String before, String version, Fate fate) {
        counter.trying(before, version);
        counter.answered(version, fate);
    }
}
