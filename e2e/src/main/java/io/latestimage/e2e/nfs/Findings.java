package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Phase;
import io.latestimage.e2e.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the cases have shown. */
final class Findings {
    /**
     * One thing that was to be shown.
     *
     * @param measured the numbers behind it, or why it does not hold
     */
    record Check(String proofCase, String claim, String measured, boolean holds) {}

    /** One phase of one case. */
    record PhaseResult(String proofCase, Result result) {}

    private final List<Check> checks = new ArrayList<>();
    private final List<PhaseResult> phases = new ArrayList<>();
    private String proofCase = "";

    /** Names the case that the following findings are of. */
    void begin(String name) {
        proofCase = name;
    }

    void check(String claim, boolean holds, String measured) {
        checks.add(new Check(proofCase, claim, measured, holds));
        System.out.printf("    %s: %s (%s)%n", holds ? "held" : "NOT HELD", claim, measured);
    }

    /** The claim holds if there is no problem. */
    void check(String claim, Optional<String> problem, String measured) {
        check(
                claim,
                problem.isEmpty(),
                problem.map(text -> text + "; " + measured).orElse(measured));
    }

    /**
     * Judges the answers by the phases in which they were given; what may fail in one may end in the next.
     *
     * @param inOrder the phases, without gaps
     */
    void judge(List<Phase> inOrder, List<Answer> answers) {
        for (Result result : Result.of(inOrder, answers)) {
            // The answers may be those of one replica alone; the history of all is judged as a whole.
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

    /** One phase with all of these answers. */
    void judge(String name, Expectation expectation, List<Answer> answers) {
        long start = answers.stream().mapToLong(Answer::start).min().orElse(0);
        long end = answers.stream().mapToLong(Answer::end).max().orElse(0) + 1;
        judge(List.of(new Phase(name, expectation, start, end)), answers);
    }

    void checkHistory(List<Answer> answers) {
        check("linearizable", Result.violation(answers), answers.size() + " requests");
    }

    List<Check> checks() {
        return checks;
    }

    List<PhaseResult> phases() {
        return phases;
    }

    boolean hold() {
        return !checks.isEmpty() && checks.stream().allMatch(Check::holds);
    }

    /** What does not hold, of all cases. */
    List<String> problems() {
        return checks.stream()
                .filter(check -> !check.holds())
                .map(check -> "%s: %s (%s)".formatted(check.proofCase(), check.claim(), check.measured()))
                .toList();
    }

    /** Whether one case has checked anything; one that has not has shown nothing. */
    boolean hasChecked(String name) {
        return checks.stream().anyMatch(check -> check.proofCase().equals(name));
    }

    /** What does not hold of one case. */
    List<String> problems(String name) {
        return checks.stream()
                .filter(check -> check.proofCase().equals(name) && !check.holds())
                .map(check -> "%s (%s)".formatted(check.claim(), check.measured()))
                .toList();
    }
}
