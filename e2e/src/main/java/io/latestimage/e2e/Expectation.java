package io.latestimage.e2e;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What may happen in a phase, and what must happen. No phase permits bytes that no client uploaded, or a history that
 * is not linearizable.
 */
public enum Expectation {
    /** Every request must succeed, and every download must return the latest image. */
    NO_FAILURE("no failure"),
    /** The same, but only one client of {@link Load} uploads, because the storage is too slow for more. */
    FEW_UPLOADS("no failure, few uploads"),
    /** The storage is out: downloads may be marked as stale, and uploads may be answered 503. */
    UPLOADS_503("uploads 503"),
    /** The holder of the lock is gone, and its lease still lasts: uploads may be answered 503. */
    UPLOADS_MAY_503("uploads may be 503"),
    /**
     * The storage is full: uploads may be answered 507. If an upload fails between the write of the record and its
     * fsync, the service does not know the outcome, and answers 503.
     */
    UPLOADS_507("uploads 507"),
    /** A process was killed: the connections to it are lost. */
    LOST_CONNECTIONS("lost connections"),
    /** A negative control: at least one request must fail, otherwise this load does not detect failures. */
    FAILURES("failures"),
    /** Failures are permitted, such as between two phases that are judged. */
    NOT_JUDGED("not judged");

    /** The answer of a proxy that has lost its connection to the service. The service itself never sends it. */
    private static final int BAD_GATEWAY = 502;

    private final String words;

    Expectation(String words) {
        this.words = words;
    }

    /** Finds the expectation by its words, joined by hyphens, such as {@code no-failure}. */
    static Expectation parse(String text) {
        return Arrays.stream(values())
                .filter(each -> each.argument().equals(text))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + Arrays.stream(values()).map(each -> each.argument()).collect(Collectors.joining(", "))
                        + ", got \"" + text + '"'));
    }

    private String argument() {
        return words.replace(",", "").replace(' ', '-');
    }

    /** Whether the answer does not count as a failure in such a phase. */
    boolean permits(Answer answer) {
        Outcome outcome = answer.outcome();
        boolean upload = answer.operation() == Operation.UPLOAD;
        boolean refused = upload && (outcome == Outcome.REJECTED || outcome == Outcome.UNCERTAIN);
        return outcome == Outcome.DONE
                || outcome == Outcome.OUTDATED // another upload was first, and the service reports that correctly
                || switch (this) {
                    case NO_FAILURE, FEW_UPLOADS -> false;
                    case UPLOADS_503 -> outcome == Outcome.STALE || (refused && answer.status() == 503);
                    case UPLOADS_MAY_503 -> refused && answer.status() == 503;
                    case UPLOADS_507 ->
                        refused && (answer.status() == 507 || (outcome == Outcome.UNCERTAIN && answer.status() == 503));
                    case LOST_CONNECTIONS ->
                        outcome.isLostConnection() || (outcome == Outcome.STATUS && answer.status() == BAD_GATEWAY);
                    case FAILURES, NOT_JUDGED -> outcome != Outcome.WRONG;
                };
    }

    /** What must happen at least once in such a phase and did not; empty if nothing is missing. */
    public Optional<String> missing(List<Answer> answers) {
        return switch (this) {
            case NO_FAILURE, LOST_CONNECTIONS, UPLOADS_MAY_503 ->
                unless(answers, answer -> answer.outcome() == Outcome.DONE, "no request was answered");
            case FEW_UPLOADS ->
                unless(
                        answers,
                        answer -> answer.operation() == Operation.UPLOAD && answer.outcome() == Outcome.DONE,
                        "no upload was acknowledged");
            case UPLOADS_503 ->
                unless(
                        answers,
                        answer -> answer.outcome() == Outcome.REJECTED || answer.outcome() == Outcome.UNCERTAIN,
                        "no upload was refused, so the fault had no effect");
            case UPLOADS_507 ->
                unless(
                        answers,
                        answer -> answer.outcome() == Outcome.REJECTED && answer.status() == 507,
                        "no upload was answered 507, so the storage was not full");
            case FAILURES ->
                unless(
                        answers,
                        answer -> answer.outcome() != Outcome.DONE,
                        "nothing failed, so this load cannot see failures");
            case NOT_JUDGED -> Optional.empty();
        };
    }

    private static Optional<String> unless(List<Answer> answers, Predicate<Answer> happened, String otherwise) {
        return answers.stream().anyMatch(happened) ? Optional.empty() : Optional.of(otherwise);
    }

    @Override
    public String toString() {
        return words;
    }
}
