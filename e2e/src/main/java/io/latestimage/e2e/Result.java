package io.latestimage.e2e;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What happened in one phase, and whether that is what should have.
 *
 * @param phase which
 * @param answers to the requests that ended in it
 * @param failures those of them that it should not have had
 * @param violation why the history of it is not linearizable, if it is not
 */
public record Result(Phase phase, List<Answer> answers, List<Answer> failures, Optional<String> violation) {
    /** No upload takes longer, so what is older has been replaced by what is younger. */
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
     * Judges the last phase while requests are in flight. Its history cannot be judged yet: who reads an image whose
     * upload has not been answered is right.
     */
    static Result soFar(List<Phase> phases, List<Answer> answers) {
        Phase last = phases.getLast();
        List<Answer> inPhase = answers.stream().filter(last::has).toList();
        return new Result(last, inPhase, failures(inPhase, phases), Optional.empty());
    }

    /** What is done in one phase may cost a request that ends in the next. */
    private static List<Answer> failures(List<Answer> inPhase, List<Phase> phases) {
        return inPhase.stream()
                .filter(answer -> phases.stream()
                        .filter(each -> each.overlaps(answer))
                        .noneMatch(each -> each.expectation().permits(answer)))
                .toList();
    }

    /** Whether all is as it should be. */
    public boolean holds() {
        return problems().isEmpty();
    }

    /** What is not as it should be, a sentence each. */
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
     * Why this history is not linearizable. Answers marked as stale do not claim to be the latest. An upload without an
     * answer may have happened, one that was rejected must not have.
     */
    public static Optional<String> violation(Iterable<Answer> answers) {
        return history(answers).violation();
    }

    /** The writes and reads of these answers. */
    static RegisterHistory history(Iterable<Answer> answers) {
        RegisterHistory history = new RegisterHistory();
        for (Answer answer : answers) {
            if (answer.operation() == Operation.DOWNLOAD) {
                if (answer.outcome() == Outcome.DONE) {
                    history.read(answer.version(), answer.start(), answer.known());
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
     * The downloads of a phase, the uploads that these saw, and all that were in flight in it or not long before. To
     * leave out the other images with all that concerns them takes nothing from a linearizable history.
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
