package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** When waits end. The clock moves only when a test moves it. Most tests run the rounds, in place of the thread. */
class WaitersTest {
    private static final int MOST = 4;

    private final ReplicaState state = new ReplicaState();
    private final AtomicLong now = new AtomicLong(-5);
    private final AtomicInteger revalidations = new AtomicInteger();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private volatile Optional<String> tag = Optional.of("a");
    private volatile boolean outage;
    /** When the thread would run the next round. */
    private long due = Long.MAX_VALUE;

    @AutoClose
    private final Waiters waiters = waiters(Duration.ofSeconds(10));

    private Waiters waiters(Duration drainTime) {
        return new Waiters(this::revalidate, () -> tag, state, MOST, drainTime, now::get);
    }

    private boolean revalidate() {
        revalidations.incrementAndGet();
        return !outage;
    }

    private boolean add(String name, double seconds) {
        return add(waiters, name, seconds);
    }

    private boolean add(Waiters to, String name, double seconds) {
        due = due == Long.MAX_VALUE ? now.get() : due; // it is woken
        Duration time = Duration.ofMillis((long) (seconds * 1000));
        return to.add("a", !outage, time, () -> honoured -> record(name, honoured));
    }

    private void record(String name, boolean honoured) {
        ended.add(honoured ? name : name + " early");
    }

    /** Lets time pass, with a round whenever one is due. */
    private void pass(double seconds) {
        long end = now.get() + (long) (seconds * 1e9);
        while (due <= end) {
            now.set(due);
            long pause = waiters.round();
            assertThat(pause).isPositive();
            due = pause == Waiters.UNTIL_WOKEN ? Long.MAX_VALUE : due + pause;
        }
        now.set(end);
    }

    @Test
    void revalidateTwiceASecondHoweverManyThereAre() {
        for (int i = 0; i < MOST; i++) {
            add("waiter " + i, 50);
        }
        pass(4.9);
        assertThat(revalidations).hasValue(10);
        assertThat(ended).isEmpty();
    }

    @Test
    void doNotRevalidateIfThereAreNone() {
        assertThat(waiters.round()).isEqualTo(Waiters.UNTIL_WOKEN);
        add("a", 1);
        pass(2);
        assertThat(ended).containsExactly("a");
        int before = revalidations.get();
        pass(3600);
        assertThat(revalidations).hasValue(before);
    }

    @Test
    void endWhenThereIsAnotherImage() {
        add("first", 50);
        add("second", 1);
        pass(0.2);
        tag = Optional.of("b");
        pass(0.29);
        assertThat(ended).isEmpty();
        pass(0.02);
        assertThat(ended).containsExactlyInAnyOrder("first", "second");
        assertThat(waiters.count()).isZero();
    }

    @Test
    void endWhenTheImageIsDeleted() {
        add("a", 50);
        tag = Optional.empty();
        waiters.round();
        assertThat(ended).containsExactly("a");
    }

    /** The revalidation for another reader found it. */
    @Test
    void endWithoutARevalidationOfTheirOwn() {
        add("a", 50);
        pass(0.1);
        int before = revalidations.get();
        tag = Optional.of("b");
        waiters.round();
        assertThat(ended).containsExactly("a");
        assertThat(revalidations).hasValue(before);
    }

    @Test
    void endInTheOrderOfTheirDeadlines() {
        add("third", 3);
        add("first", 1);
        add("fourth", 4);
        add("second", 1);
        pass(0.9);
        assertThat(ended).isEmpty();
        pass(0.2);
        assertThat(ended).containsExactly("first", "second");
        pass(2);
        assertThat(ended).containsExactly("first", "second", "third");
        pass(1);
        assertThat(ended).containsExactly("first", "second", "third", "fourth");
    }

    /** So the response says what was true when the time was over. */
    @Test
    void endAfterARevalidationThatBeganWhenTheirTimeWasOver() {
        add("a", 50);
        pass(0.2);
        add("b", 1);
        pass(1.25); // revalidations after 0, 500 and 1000 ms; b has time until 1200 ms
        assertThat(revalidations).hasValue(3);
        assertThat(ended).isEmpty();
        pass(0.1); // and one after 1500 ms
        assertThat(revalidations).hasValue(4);
        assertThat(ended).containsExactly("b");
    }

    /** So that a page can say it. Those that come during the outage know, and wait for its end. */
    @Test
    void endWhenAnOutageBegins() {
        add("before", 50);
        pass(0.6);
        outage = true;
        add("during", 3);
        pass(0.5);
        assertThat(ended).containsExactly("before early");
        pass(3);
        assertThat(ended).containsExactly("before early", "during");
    }

    @Test
    void areLimited() {
        for (int i = 0; i < MOST; i++) {
            assertThat(add("waiter " + i, 1 + i)).isTrue();
        }
        assertThat(waiters.add("a", true, Duration.ofSeconds(1), () -> {
                    throw new AssertionError("began");
                }))
                .isFalse();
        pass(1.1);
        assertThat(ended).hasSize(1);
        assertThat(add("next", 1)).isTrue();
        assertThat(add("one too many", 1)).isFalse();
    }

    @Test
    void takeNoPlaceIfTheyCannotBegin() {
        for (int i = 0; i < 2 * MOST; i++) {
            assertThatThrownBy(() -> waiters.add("a", true, Duration.ofSeconds(1), () -> {
                        throw new IllegalStateException("not supported");
                    }))
                    .hasMessage("not supported");
        }
        assertThat(waiters.count()).isZero();
    }

    /** The container has ended its request, for example. */
    @Test
    void doNotDependOnEachOther() {
        waiters.add("a", true, Duration.ofSeconds(1), () -> _ -> {
            throw new IllegalStateException("completed");
        });
        add("b", 1);
        pass(1.5);
        assertThat(ended).containsExactly("b");
        assertThat(waiters.count()).isZero();
    }

    @Test
    void endEvenlyDuringADrain() {
        for (int i = 0; i < MOST; i++) {
            add("waiter " + i, 40 + i);
        }
        pass(1);
        state.drain();
        pass(0.5); // until the next round, with which the drain begins
        pass(1.9); // one ends every 2 s
        assertThat(ended).isEmpty();
        for (int i = 1; i <= MOST; i++) {
            pass(i == 1 ? 0.2 : 2);
            assertThat(ended).hasSize(i).endsWith("waiter %d early".formatted(i - 1));
        }
        assertThat(waiters.round()).isEqualTo(Waiters.UNTIL_WOKEN);
    }

    @Test
    void endWhenThereIsAnotherImageDuringADrain() {
        add("a", 40);
        state.drain();
        assertThat(add("too late", 50)).isFalse();
        pass(1);
        tag = Optional.of("b");
        pass(0.5);
        assertThat(ended).containsExactly("a");
    }

    @Test
    void endTogetherWithoutADrain() {
        try (Waiters none = waiters(Duration.ZERO)) {
            add(none, "a", 50);
            add(none, "b", 50);
            state.drain();
            none.round();
            assertThat(ended).containsExactlyInAnyOrder("a early", "b early");
        }
    }

    @Test
    void endTogetherWhenTheDrainIsOver() {
        add("a", 50);
        add("b", 50);
        state.drain();
        waiters.round();
        assertThat(ended).isEmpty();
        state.stop();
        waiters.round();
        assertThat(ended).containsExactlyInAnyOrder("a early", "b early");
    }

    @Test
    void endWhenTheApplicationEnds() {
        add("a", 50);
        waiters.close();
        assertThat(ended).containsExactly("a early");
        assertThat(add("b", 50)).isFalse();
    }

    /** Again and again: after each time, nobody waits, and it pauses until it is woken. */
    @Test
    void haveAThreadThatRunsTheRounds() throws Exception {
        waiters.start();
        tag = Optional.of("b");
        for (int i = 1; i <= 5; i++) {
            int count = i;
            add("a", 50);
            Await.until("the wait ends", () -> ended.size() == count);
        }
    }

    /** Its image was replaced after the request had seen it, and before it was among those that wait. */
    @Test
    void areNotForgottenIfTheyComeTooLate() throws Exception {
        waiters.start();
        add("first", 50);
        Await.until("the thread pauses", () -> revalidations.get() > 0);
        tag = Optional.of("b");
        add("second", 50);
        Await.until("both waits end", () -> ended.size() == 2);
    }

    @Test
    void survivesAFailureOfARound() throws Exception {
        AtomicInteger rounds = new AtomicInteger();
        BooleanSupplier failing = () -> {
            if (rounds.incrementAndGet() == 1) {
                throw new AssertionError("on purpose");
            }
            return true;
        };
        try (Waiters others = new Waiters(failing, () -> tag, state, MOST, Duration.ZERO, System::nanoTime)) {
            others.start();
            add(others, "a", 1);
            Await.until("the wait ends", () -> ended.equals(List.of("a")));
        }
    }
}
