package io.latestimage.e2e;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What may happen in a phase, and what must. Bytes that nobody uploaded, and histories that cannot be, never may. */
public enum Expectation {
    /** Every request is answered, and with the latest image. */
    NO_FAILURE("no failure"),
    /** The same, with few uploads at once ({@link Load}), for a storage that cannot take more. */
    FEW_UPLOADS("no failure, few uploads"),
    /** The storage is out: downloads may be marked as stale, uploads be answered 503. */
    UPLOADS_503("uploads 503"),
    /** Another holds the lock and is gone: uploads may be answered 503. */
    UPLOADS_MAY_503("uploads may be 503"),
    /**
     * The storage is full: uploads may be answered 507. One that it hits between the record and its force does not know
     * its outcome, and is answered 503.
     */
    UPLOADS_507("uploads 507"),
    /** A process was killed: the connections to it are lost. */
    LOST_CONNECTIONS("lost connections"),
    /** A negative control: something must fail, or this load cannot see failures. */
    FAILURES("failures"),
    /** Not judged, such as between two arrangements. */
    NOT_JUDGED("not judged");

    /** What a proxy makes of a connection to the service that is lost; the service itself never says so. */
    private static final int BAD_GATEWAY = 502;

    private final String words;

    Expectation(String words) {
        this.words = words;
    }

    /** By its words, with hyphens between them. */
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

    /** Whether the answer is no failure here. */
    boolean permits(Answer answer) {
        Outcome outcome = answer.outcome();
        boolean upload = answer.operation() == Operation.UPLOAD;
        boolean refused = upload && (outcome == Outcome.REJECTED || outcome == Outcome.UNCERTAIN);
        return outcome == Outcome.DONE
                || outcome == Outcome.OUTDATED // another was first, which is an answer
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

    /** What should have happened at least once in the phase and did not; empty where nothing is missing. */
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
                        "no upload was refused, so the fault was none");
            case UPLOADS_507 ->
                unless(
                        answers,
                        answer -> answer.outcome() == Outcome.REJECTED && answer.status() == 507,
                        "no upload was refused for want of space, so the fault was none");
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
