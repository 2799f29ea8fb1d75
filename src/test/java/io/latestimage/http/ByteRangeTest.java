package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 10, 0, 0",
        "bytes=9-9, 10, 9, 9",
        "bytes=3-, 10, 3, 9",
        "bytes=-3, 10, 7, 9",
        "bytes=-30, 10, 0, 9",
        "bytes=5-30, 10, 5, 9",
        "bytes=2147483648-4294967296, 9000000000, 2147483648, 4294967296",
        "bytes=0-999999999999999999, 1, 0, 0",
    })
    void readsOnePart(String header, long size, long first, long last) {
        assertThat(ByteRange.parse(header, size)).isEqualTo(new ByteRange.Part(first, last));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "bytes=-", "bytes=2-1", "bytes=0-1,3-4", "bytes=1000000000000000000-", "items=0-1"})
    void readsTheWholeOtherwise(@Nullable String header) {
        assertThat(ByteRange.parse(header, 10)).isEqualTo(new ByteRange.Whole());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999999999999-"})
    void knowsUnsatisfiableRanges(String header) {
        assertThat(ByteRange.parse(header, 10)).isEqualTo(new ByteRange.Unsatisfiable());
    }

    @Test
    void countsBothEnds() {
        assertThat(new ByteRange.Part(3, 5).length()).isEqualTo(3);
    }
}
