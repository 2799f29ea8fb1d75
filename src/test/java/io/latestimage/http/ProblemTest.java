package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.FlatJson;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {
    private static final Map<Integer, String> REASON_PHRASES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(412, "Precondition Failed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(416, "Range Not Satisfiable"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(507, "Insufficient Storage"));

    @ParameterizedTest
    @EnumSource
    void isAJsonObjectWithTheReasonPhraseOfItsStatus(Problem problem) {
        Map<String, Object> json = FlatJson.parse(problem.json("ARGUMENT"));
        assertThat(json)
                .containsOnlyKeys("title", "status", "detail")
                .containsEntry("status", (long) problem.status())
                .containsEntry("title", REASON_PHRASES.get(problem.status()));
    }

    /** One sentence says what is wrong, another one what to do. */
    @ParameterizedTest
    @EnumSource
    void saysWhatIsWrongAndWhatToDo(Problem problem) {
        String detail = String.valueOf(FlatJson.parse(problem.json("ARGUMENT")).get("detail"));
        assertThat(detail.split("(?<=\\.) "))
                .hasSizeBetween(2, 3)
                .allSatisfy(sentence -> assertThat(sentence).matches("[A-Z].*\\."));
        assertThat(detail)
                .containsPattern("Send|Get|Upload|Use|Ask|Request|GET")
                .doesNotContain("%");
    }

    /** Problems that go away by themselves, or that another replica does not have. */
    @ParameterizedTest
    @EnumSource
    void saysWhenToRetryWhereThatHelps(Problem problem) {
        assertThat(problem.retryAfter().isPresent()).isEqualTo(problem.status() == 503);
    }

    @Test
    void insertsItsArgument() {
        assertThat(Arrays.stream(Problem.values())
                        .filter(problem -> problem.json("<>").contains("<>")))
                .containsExactlyInAnyOrder(
                        Problem.TOO_MANY_PARTS,
                        Problem.MALFORMED_CONDITION,
                        Problem.CONTENT_TOO_LARGE,
                        Problem.INTERNAL_SERVER_ERROR);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"plain, plain", "say \"no\", say \\\"no\\\"", "back\\slash, back\\\\slash"})
    void escapesWhatJsonReserves(String text, String escaped) {
        assertThat(Problem.json(400, text, text))
                .isEqualTo("{\"title\":\"%1$s\",\"status\":400,\"detail\":\"%1$s\"}\n".formatted(escaped));
    }
}
