package io.latestimage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each phase is judged by its own expectation, and by nothing else. */
class ResultTest {
    private static final Answer DONE = answer(Operation.DOWNLOAD, 200, Outcome.DONE, "a", 20);
    private static final Answer WRITTEN = answer(Operation.UPLOAD, 201, Outcome.DONE, "a", 10);

    @ParameterizedTest
    @CsvSource({
        // expectation,     operation, status, outcome,  whether it is permitted
        "no-failure,        DOWNLOAD,  200,    DONE,      true",
        "no-failure,        DOWNLOAD,  200,    STALE,     false",
        "no-failure,        DOWNLOAD,  503,    STATUS,    false",
        "no-failure,        DOWNLOAD,  200,    WRONG,     false",
        "no-failure,        DOWNLOAD,  0,      REFUSED,   false",
        "no-failure,        DOWNLOAD,  0,      CLOSED,    false",
        "no-failure,        DOWNLOAD,  0,      RESET,     false",
        "no-failure,        DOWNLOAD,  200,    CUT,       false",
        "no-failure,        DOWNLOAD,  0,      TIMEOUT,   false",
        "no-failure,        UPLOAD,    503,    REJECTED,  false",
        "no-failure,        UPLOAD,    503,    UNCERTAIN, false",
        "no-failure-few-uploads, DOWNLOAD, 200, STALE,    false",
        "no-failure-few-uploads, UPLOAD, 503,  REJECTED,  false",
        "uploads-503,       DOWNLOAD,  200,    STALE,     true",
        "uploads-503,       UPLOAD,    503,    REJECTED,  true",
        "uploads-503,       UPLOAD,    503,    UNCERTAIN, true",
        "uploads-503,       UPLOAD,    503,    STATUS,    false",
        "uploads-503,       UPLOAD,    507,    REJECTED,  false",
        "uploads-503,       UPLOAD,    0,      RESET,     false",
        "uploads-503,       DOWNLOAD,  503,    STATUS,    false",
        "uploads-503,       DOWNLOAD,  0,      RESET,     false",
        "uploads-507,       UPLOAD,    507,    REJECTED,  true",
        "uploads-507,       UPLOAD,    503,    REJECTED,  false",
        "uploads-507,       UPLOAD,    503,    UNCERTAIN, true",
        "uploads-507,       DOWNLOAD,  200,    STALE,     false",
        "lost-connections,  DOWNLOAD,  0,      RESET,     true",
        "lost-connections,  UPLOAD,    0,      REFUSED,   true",
        "lost-connections,  DOWNLOAD,  200,    CUT,       true",
        "lost-connections,  DOWNLOAD,  502,    STATUS,    true",
        "lost-connections,  DOWNLOAD,  503,    STATUS,    false",
        "lost-connections,  DOWNLOAD,  200,    STALE,     false",
        "lost-connections,  DOWNLOAD,  0,      TIMEOUT,   false",
        "failures,          DOWNLOAD,  0,      RESET,     true",
        "failures,          DOWNLOAD,  200,    WRONG,     false",
        "not-judged,        DOWNLOAD,  503,    STATUS,    true",
        "not-judged,        DOWNLOAD,  200,    WRONG,     false",
    })
    void permits(String expectation, Operation operation, int status, Outcome outcome, boolean permitted) {
        Answer answer = answer(operation, status, outcome, operation == Operation.UPLOAD ? "b" : "a", 30);
        List<Result> results = Result.of(List.of(phase(expectation, 0, 100)), List.of(WRITTEN, answer));
        assertThat(results.getFirst().failures().isEmpty()).isEqualTo(permitted);
    }

    @Test
    void permitsAnAnswerIfOneOfThePhasesThatItOverlapsDoes() {
        Answer late = new Answer(Operation.DOWNLOAD, Style.SLOW, "t", 90, 150, 150, "", 0, Outcome.RESET, "");
        List<Phase> killed = List.of(phase("lost-connections", 0, 100), phase("no-failure", 100, 200));
        assertThat(Result.of(killed, List.of(late)).getLast().failures()).isEmpty();
        List<Phase> quiet = List.of(phase("no-failure", 0, 100), phase("no-failure", 100, 200));
        assertThat(Result.of(quiet, List.of(late)).getLast().failures()).containsExactly(late);
    }

    @ParameterizedTest
    @CsvSource({"no-failure", "lost-connections", "uploads-503", "uploads-507", "failures", "no-failure-few-uploads"})
    void aPhaseWithoutAnswersDoesNotHold(String expectation) {
        assertThat(Result.of(List.of(phase(expectation, 0, 100)), List.of())
                        .getFirst()
                        .holds())
                .isFalse();
    }

    @Test
    void aNegativeControlWithoutAFailureDoesNotHold() {
        List<Answer> answers = List.of(WRITTEN, DONE);
        assertThat(Result.of(List.of(phase("failures", 0, 100)), answers)
                        .getFirst()
                        .holds())
                .isFalse();
        List<Answer> failed = Stream.concat(
                        answers.stream(), Stream.of(answer(Operation.DOWNLOAD, 0, Outcome.RESET, "", 30)))
                .toList();
        assertThat(Result.of(List.of(phase("failures", 0, 100)), failed)
                        .getFirst()
                        .holds())
                .isTrue();
    }

    @Test
    void seesAnOldImage() {
        Answer newer = answer(Operation.UPLOAD, 201, Outcome.DONE, "b", 30);
        Answer old = answer(Operation.DOWNLOAD, 200, Outcome.DONE, "a", 50);
        Answer marked = answer(Operation.DOWNLOAD, 200, Outcome.STALE, "a", 50);
        assertThat(violation(WRITTEN, newer, old)).isPresent();
        assertThat(violation(WRITTEN, newer, marked)).isEmpty();
        // The second phase alone finds it as well, although both uploads ended before it.
        Result result = Result.of(
                        List.of(phase("no-failure", 0, 45), phase("no-failure", 45, 100)), List.of(WRITTEN, newer, old))
                .getLast();
        assertThat(result.violation()).isPresent();
        assertThat(result.holds()).isFalse();
    }

    @Test
    void seesARejectedUploadThatTookEffect() {
        Answer seen = answer(Operation.DOWNLOAD, 200, Outcome.DONE, "b", 50);
        assertThat(violation(WRITTEN, answer(Operation.UPLOAD, 503, Outcome.REJECTED, "b", 30), seen))
                .isPresent();
        assertThat(violation(WRITTEN, answer(Operation.UPLOAD, 0, Outcome.REFUSED, "b", 30), seen))
                .isPresent();
        assertThat(violation(WRITTEN, answer(Operation.UPLOAD, 503, Outcome.UNCERTAIN, "b", 30), seen))
                .isEmpty();
        assertThat(violation(WRITTEN, answer(Operation.UPLOAD, 0, Outcome.RESET, "b", 30), seen))
                .isEmpty();
    }

    @Test
    void seesAnAcknowledgedUploadThatIsLost() {
        Answer unanswered = answer(Operation.UPLOAD, 0, Outcome.RESET, "b", 30);
        Answer acknowledged = answer(Operation.UPLOAD, 201, Outcome.DONE, "b", 30);
        assertThat(violation(WRITTEN, unanswered, answer(Operation.DOWNLOAD, 200, Outcome.DONE, "a", 50)))
                .isEmpty();
        assertThat(violation(WRITTEN, acknowledged, answer(Operation.DOWNLOAD, 200, Outcome.DONE, "a", 50)))
                .isPresent();
    }

    private static Optional<String> violation(Answer... answers) {
        return Result.violation(List.of(answers));
    }

    private static Phase phase(String expectation, long start, long end) {
        return new Phase(expectation, Expectation.parse(expectation), start, end);
    }

    private static Answer answer(Operation operation, int status, Outcome outcome, String version, long start) {
        return new Answer(operation, Style.FRESH, "t", start, start + 5, start + 5, version, status, outcome, "");
    }
}
