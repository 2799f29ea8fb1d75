package io.latestimage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatJsonTest {
    @Test
    void readsStringsNumbersAndBooleans() {
        assertThat(FlatJson.parse("{\"title\":\"a \\\"b\\\", {c: d}\", \"status\" : 404, \"deleted\":true}\n"))
                .isEqualTo(Map.of("title", "a \\\"b\\\", {c: d}", "status", 404L, "deleted", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"a\":1",
                "{\"a\":1,}",
                "{\"a\":01}",
                "{\"a\":\"b\"c\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\n\"}",
                "{'a':1}",
                "{\"a\":yes}",
                "{\"a\":null}",
                "{\"a\":1}{\"a\":1}",
                "{\"a\":1,\"a\":2}",
                "<html>",
            })
    void rejectsEverythingElse(String text) {
        assertThatThrownBy(() -> FlatJson.parse(text)).isInstanceOf(AssertionError.class);
    }
}
