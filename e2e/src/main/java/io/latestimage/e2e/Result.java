package io.latestimage.e2e;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What happened in one phase, and whether it meets the expectation of that phase.
 *
 * @param answers the answers to the requests that ended in this phase
 * @param failures those answers that the phase does not permit
 * @param violation why the history of the phase is not linearizable; empty if it is
 */
public record Result(Phase phase, List<Answer> answers, List<Answer> failures, Optional<String> violation) {
    /** In nanoseconds. No upload takes longer, so the effect of an older upload has been replaced. */
    private static final long LOOK_BACK = TimeUnit.SECONDS.toNanos(120);

    /** Judges each phase. */
    public static List<Result> of(List<Phase> phases, List<Answer> answers) {
        List<Result> results = new ArrayList<>();
        for (Phase phase : phases) {
            List<Answer> inPhase = answers.stream().filter(phase::has).toList();
            results.add(new Result(phase, inPhase, failures(inPhase, phases), violation(around(phase, answers))));
        }
        return results;
    }

    /**
     * Judges the last phase while requests are in flight. It does not judge the history, because a client may correctly
     * read an image whose upload has not been answered yet.
     */
    static Result soFar(List<Phase> phases, List<Answer> answers) {
        Phase last = phases.getLast();
        List<Answer> inPhase = answers.stream().filter(last::has).toList();
        return new Result(last, inPhase, failures(inPhase, phases), Optional.empty());
    }

    /** A fault in one phase may fail a request that ends in the next phase. So a phase that overlaps may permit it. */
    private static List<Answer> failures(List<Answer> inPhase, List<Phase> phases) {
        return inPhase.stream()
                .filter(answer -> phases.stream()
                        .filter(each -> each.overlaps(answer))
                        .noneMatch(each -> each.expectation().permits(answer)))
                .toList();
    }

    /** Whether the phase met its expectation. */
    public boolean holds() {
        return problems().isEmpty();
    }

    /** The problems of the phase, one text each; empty if it holds. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        String name = phase.name();
        if (!failures.isEmpty()) {
            problems.add("%s: %d requests failed".formatted(name, failures.size()));
        }
        phase.expectation().missing(answers).ifPresent(text -> problems.add(name + ": " + text));
        violation.ifPresent(text -> problems.add(name + ": not linearizable: " + text));
        return problems;
    }

    /**
     * Why the history of these answers is not linearizable; empty if it is. A download marked as stale is no read,
     * because it does not claim to be the latest. An upload without an answer may have taken effect. A rejected upload
     * must not have taken effect.
     */
    public static Optional<String> violation(Iterable<Answer> answers) {
        return history(answers).violation();
    }

    /** The history of these answers: their writes and reads. */
    public static RegisterHistory history(Iterable<Answer> answers) {
        RegisterHistory history = new RegisterHistory();
        for (Answer answer : answers) {
            if (answer.operation() == Operation.DOWNLOAD) {
                if (answer.outcome() == Outcome.DONE) {
                    history.read(answer.version(), answer.earliest(), answer.known());
                }
            } else if (answer.outcome() == Outcome.DONE) {
                history.write(answer.version(), answer.start(), answer.known());
            } else if (answer.mayHaveHappened()) {
                history.writeWithoutAnswer(answer.version(), answer.start());
            }
        }
        return history;
    }

    /**
     * The downloads of a phase, the uploads whose images they returned, and all uploads in flight in the phase or
     * shortly before it. A linearizable history stays linearizable without the operations on other images.
     */
    private static List<Answer> around(Phase phase, List<Answer> answers) {
        Set<String> seen = new HashSet<>();
        for (Answer answer : answers) {
            if (answer.operation() == Operation.DOWNLOAD && phase.overlaps(answer)) {
                seen.add(answer.version());
            }
        }
        return answers.stream()
                .filter(answer -> answer.operation() == Operation.DOWNLOAD
                        ? phase.overlaps(answer)
                        : seen.contains(answer.version())
                                || (answer.start() <= phase.end() && answer.end() >= phase.start() - LOOK_BACK))
                .toList();
    }
}
