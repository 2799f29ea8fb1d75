package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.http.Conditions.DateCondition;
import io.latestimage.http.Conditions.Outcome;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions without a server. {@link RangeTest} and {@link UploadConditionTest} send them to one. */
class ConditionsTest {
    private static final String TAG = "tag";
    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05Z");
    private static final Map<String, Instant> DATES =
            Map.of("EARLIER", MODIFIED.minusSeconds(1), "SAME", MODIFIED, "LATER", MODIFIED.plusSeconds(1));

    /** The steps of RFC 9110, section 13.2.2. Conditions are separated by a semicolon. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PROCEED      | X-Nothing: else",
                // 1: If-Match compares strongly
                "PROCEED      | If-Match: \"tag\"",
                "PROCEED      | If-Match: \"a\", \"tag\"",
                "PROCEED      | If-Match: \"a\"; If-Match: \"tag\"",
                "PROCEED      | If-Match: *",
                "FAILED       | If-Match: \"old\"",
                "FAILED       | If-Match: W/\"tag\"",
                "FAILED       | If-Match: malformed",
                // 2: If-Unmodified-Since, only without If-Match
                "PROCEED      | If-Unmodified-Since: SAME",
                "PROCEED      | If-Unmodified-Since: LATER",
                "FAILED       | If-Unmodified-Since: EARLIER",
                "PROCEED      | If-Unmodified-Since: malformed",
                "PROCEED      | If-Match: \"tag\"; If-Unmodified-Since: EARLIER",
                "FAILED       | If-Match: \"old\"; If-Unmodified-Since: LATER",
                // 3: If-None-Match compares weakly
                "NOT_MODIFIED | If-None-Match: \"tag\"",
                "NOT_MODIFIED | If-None-Match: W/\"tag\"",
                "NOT_MODIFIED | If-None-Match: *",
                "PROCEED      | If-None-Match: \"old\"",
                "PROCEED      | If-None-Match: malformed",
                "FAILED       | If-Match: \"old\"; If-None-Match: \"tag\"",
                "FAILED       | If-Unmodified-Since: EARLIER; If-None-Match: \"tag\"",
                "NOT_MODIFIED | If-Match: \"tag\"; If-None-Match: \"tag\"",
                // 4: If-Modified-Since, only without If-None-Match
                "NOT_MODIFIED | If-Modified-Since: SAME",
                "NOT_MODIFIED | If-Modified-Since: LATER",
                "PROCEED      | If-Modified-Since: EARLIER",
                "PROCEED      | If-Modified-Since: malformed",
                "PROCEED      | If-None-Match: \"old\"; If-Modified-Since: LATER",
                "NOT_MODIFIED | If-None-Match: \"tag\"; If-Modified-Since: EARLIER",
                "NOT_MODIFIED | If-Unmodified-Since: LATER; If-Modified-Since: LATER",
            })
    void evaluatesInTheOrderOfTheStandard(Outcome outcome, String conditions) {
        assertThat(parse(conditions).evaluate(TAG, Optional.of(MODIFIED))).isEqualTo(outcome);
    }

    /** Without a date of its own, the image matches no date: another version may have the same one. */
    @ParameterizedTest
    @CsvSource({
        "PROCEED, If-Modified-Since: LATER",
        "FAILED, If-Unmodified-Since: LATER",
        "PROCEED, If-Unmodified-Since: malformed",
        "PROCEED, X-Nothing: else"
    })
    void matchesNoDateIfTheImageHasNone(Outcome outcome, String conditions) {
        assertThat(parse(conditions).evaluate(TAG, Optional.empty())).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // with the image | without any image
                "true  | true  | false | X-Nothing: else",
                "true  | false | true  | If-Match: \"tag\"",
                "true  | false | true  | If-Match: *",
                "false | false | true  | If-Match: W/\"tag\"",
                "false | false | true  | If-Match: \"old\"",
                "false | true  | true  | If-None-Match: *",
                "false | true  | true  | If-None-Match: W/\"tag\"",
                "true  | true  | true  | If-None-Match: \"old\"",
                "false | false | true  | If-Match: \"tag\"; If-None-Match: \"tag\"",
                "true  | false | true  | If-Match: \"tag\"; If-None-Match: \"old\"",
                "true  | true  | false | If-Modified-Since: EARLIER",
            })
    void permitsUploads(boolean withImage, boolean withoutImage, boolean concern, String conditions) throws Exception {
        Conditions parsed = parse(conditions);
        parsed.requireValidForUpload();
        assertThat(parsed.permitUpload(Optional.of(TAG))).isEqualTo(withImage);
        assertThat(parsed.permitUpload(Optional.empty())).isEqualTo(withoutImage);
        assertThat(parsed.concernUpload()).isEqualTo(concern);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "MALFORMED_CONDITION        | If-Match     | If-Match: all",
                "MALFORMED_CONDITION        | If-None-Match | If-None-Match: *; If-None-Match: \"a\"",
                "MALFORMED_CONDITION        | If-None-Match | If-Match: *; If-None-Match: all",
                "UNSUPPORTED_DATE_CONDITION | `` | If-Unmodified-Since: LATER",
                "UNSUPPORTED_DATE_CONDITION | `` | If-Unmodified-Since: malformed",
            })
    void refusesInvalidConditionsOfUploads(Problem problem, String argument, String conditions) {
        Conditions parsed = parse(conditions);
        assertThatThrownBy(parsed::requireValidForUpload).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem()).isEqualTo(problem);
            assertThat(String.join("", Arrays.copyOf(e.arguments(), e.arguments().length, String[].class)))
                    .isEqualTo(argument);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true  | X-Nothing: else",
                "true  | If-Range: \"tag\"",
                "false | If-Range: W/\"tag\"",
                "false | If-Range: \"old\"",
                "false | If-Range: SAME",
                "false | If-Range: LATER",
            })
    void permitsRangesOfTheSameImageOnly(boolean permitted, String conditions) {
        assertThat(parse(conditions).permitRange(TAG)).isEqualTo(permitted);
    }

    /** Only a client that says exactly which image it has can wait for another one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "true  | If-None-Match: \"tag\"",
                "true  | If-None-Match: \"a\", \"tag\"",
                "true  | If-None-Match: W/\"tag\", \"tag\"",
                "false | If-None-Match: W/\"tag\"",
                "false | If-None-Match: \"old\"",
                "false | If-None-Match: *",
                "false | If-None-Match: malformed",
                "false | If-Match: \"tag\"",
                "false | X-Nothing: else",
            })
    void excludesExactlyTheImageThatIsListed(boolean excluded, String conditions) {
        assertThat(parse(conditions).excludesExactly(TAG)).isEqualTo(excluded);
    }

    private static Conditions parse(String conditions) {
        List<String> lines = Arrays.asList(conditions.split("; "));
        return new Conditions(
                tags(lines, "If-Match"),
                tags(lines, "If-None-Match"),
                date(lines, "If-Modified-Since"),
                date(lines, "If-Unmodified-Since"),
                tags(lines, "If-Range"));
    }

    private static Optional<EntityTags> tags(List<String> lines, String name) {
        String values = values(lines, name).collect(Collectors.joining(","));
        return values.isEmpty() ? Optional.empty() : Optional.of(EntityTags.parse(values));
    }

    private static Optional<DateCondition> date(List<String> lines, String name) {
        return values(lines, name).findFirst().map(value -> new DateCondition(Optional.ofNullable(DATES.get(value))));
    }

    private static Stream<String> values(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2));
    }
}
