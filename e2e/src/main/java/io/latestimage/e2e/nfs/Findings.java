package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Phase;
import io.latestimage.e2e.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The results of all cases so far. */
final class Findings {
    /**
     * One claim, and whether it holds.
     *
     * @param proofCase the name of the case
     * @param measured the numbers that show the claim, or why it does not hold
     */
    record Check(String proofCase, String claim, String measured, boolean holds) {}

    /** The result of one phase of a case. */
    record PhaseResult(String proofCase, Result result) {}

    private final List<Check> checks = new ArrayList<>();
    private final List<PhaseResult> phases = new ArrayList<>();
    private String proofCase = "";

    /** Begins a case. All findings that follow belong to it. */
    void begin(String name) {
        proofCase = name;
    }

    /** Records a claim, and prints it. */
    void check(String claim, boolean holds, String measured) {
        checks.add(new Check(proofCase, claim, measured, holds));
        System.out.printf("    %s: %s (%s)%n", holds ? "held" : "NOT HELD", claim, measured);
    }

    /** Records a claim that holds if there is no problem. */
    void check(String claim, Optional<String> problem, String measured) {
        check(
                claim,
                problem.isEmpty(),
                problem.map(text -> text + "; " + measured).orElse(measured));
    }

    /**
     * Judges the answers by the phases in which the requests were in flight. A failure that one phase permits may end
     * in the next.
     *
     * @param inOrder the phases, in order and without gaps
     */
    void judge(List<Phase> inOrder, List<Answer> answers) {
        for (Result result : Result.of(inOrder, answers)) {
            // These may be the answers of one replica alone. checkHistory judges the history of all replicas.
            Result alone = new Result(result.phase(), result.answers(), result.failures(), Optional.empty());
            phases.add(new PhaseResult(proofCase, alone));
            if (!alone.holds()) {
                List<String> reasons = new ArrayList<>();
                alone.failures().stream().limit(5).map(Answer::describe).forEach(reasons::add);
                result.phase().expectation().missing(result.answers()).ifPresent(reasons::add);
                check(
                        "%s: %s".formatted(result.phase().name(), result.phase().expectation()),
                        false,
                        "%d requests failed: %s".formatted(alone.failures().size(), reasons));
            }
        }
    }

    /** Judges these answers as one phase. */
    void judge(String name, Expectation expectation, List<Answer> answers) {
        long start = answers.stream().mapToLong(Answer::start).min().orElse(0);
        long end = answers.stream().mapToLong(Answer::end).max().orElse(0) + 1;
        judge(List.of(new Phase(name, expectation, start, end)), answers);
    }

    /** Checks that the history of these answers is linearizable. */
    void checkHistory(List<Answer> answers) {
        check("linearizable", Result.violation(answers), answers.size() + " requests");
    }

    List<Check> checks() {
        return checks;
    }

    List<PhaseResult> phases() {
        return phases;
    }

    /** Whether there are claims, and all of them hold. */
    boolean hold() {
        return !checks.isEmpty() && checks.stream().allMatch(Check::holds);
    }

    /** The claims of all cases that do not hold. */
    List<String> problems() {
        return checks.stream()
                .filter(check -> !check.holds())
                .map(check -> "%s: %s (%s)".formatted(check.proofCase(), check.claim(), check.measured()))
                .toList();
    }

    /** Whether a case has checked any claim. A case without a check has shown nothing. */
    boolean hasChecked(String name) {
        return checks.stream().anyMatch(check -> check.proofCase().equals(name));
    }

    /** The claims of one case that do not hold. */
    List<String> problems(String name) {
        return checks.stream()
                .filter(check -> check.proofCase().equals(name) && !check.holds())
                .map(check -> "%s (%s)".formatted(check.claim(), check.measured()))
                .toList();
    }
}
