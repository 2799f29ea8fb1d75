package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitPreferenceTest {
    /** Lines are separated by a slash. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "30 | wait=30",
                "30 | WAIT=30",
                "30 | ` wait\t = \t30 `",
                "7  | wait=007",
                // the longest
                "49 | wait=49",
                "50 | wait=50",
                "50 | wait=51",
                "50 | wait=99999999999999999999999999",
                // other preferences and parameters
                "5  | respond-async, wait=5",
                "5  | respond-async;wait=9, wait=5",
                "5  | wait=5; foo; bar=\"a, b\" ;; baz = 1, handling=lenient",
                "5  | foo=\"a, wait=9\", wait=5",
                "5  | foo=\"a\\\", wait=9\", wait=5",
                "5  | foo=\"\", , ,wait=5",
                // several lines
                "5  | return=minimal / wait=5",
                // only the first one counts
                "5  | wait=5, wait=9",
                "5  | wait=5 / wait=9",
                // what is malformed is ignored, and nothing else
                "5  | =3, wait=5",
                "5  | wait=, wait=5",
                "5  | wait=9 9, wait=5",
                "5  | wait=9; =1, wait=5",
                "5  | foo=a=b, wait=5",
                "5  | foo=\"a\"b\", wait=9\", wait=5",
                "5  | foo=\"does not end, wait=9 / wait=5",
            })
    void isRead(int seconds, String lines) {
        assertThat(WaitPreference.seconds(List.of(lines.split(" / ")))).hasValue(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "respond-async",
                "wait",
                "wait=",
                "wait=0",
                "wait=000",
                "wait=-1",
                "wait=+1",
                "wait=1.5",
                "wait=1s",
                "wait=\"30\"",
                "wait=\u0663", // a digit, but not one of ASCII
                "wait:30",
                "waiting=30",
                "foo;wait=30",
                "foo=\"wait=30",
                "foo=\"wait=30\\",
                "wait=x, wait=30", // well-formed, so it is the first one
                "wait, wait=30",
            })
    void isAbsent(String line) {
        assertThat(WaitPreference.seconds(List.of(line))).isEmpty();
    }

    @Test
    void isAbsentWithoutAnyHeader() {
        assertThat(WaitPreference.seconds(List.of())).isEqualTo(OptionalInt.empty());
    }

    /** As long as all headers of a request may be. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "\"", "\\", ";", ",", "=", "a=\"\\\"\",", "a;", " "})
    void takesAnything(String repeated) {
        String line = repeated.repeat(8192 / repeated.length());
        assertThat(WaitPreference.seconds(List.of(line, "wait=5"))).hasValue(5);
    }
}
