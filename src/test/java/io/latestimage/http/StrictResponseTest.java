package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictResponseTest {
    private static StrictResponse parse(String text) {
        return StrictResponse.parse(text.getBytes(ISO_8859_1));
    }

    @Test
    void readsAResponse() {
        StrictResponse response =
                parse("HTTP/1.1 200 OK\r\nVary: a, b\r\nvary:c\r\nEmpty:\r\nX:  y z \r\n\r\nbody\r\n\r\n");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.values("Vary")).containsExactly("a, b", "c");
        assertThat(response.lists("VARY", "B")).isTrue();
        assertThat(response.lists("Vary", "d")).isFalse();
        assertThat(response.value("Empty")).contains("");
        assertThat(response.value("x")).contains("y z");
        assertThat(response.value("Missing")).isEmpty();
        assertThat(response.names()).containsExactly("empty", "vary", "x");
        assertThat(response.text()).isEqualTo("body\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 200\r\n\r\n",
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX : space\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: \u00e4\r\n\r\n",
                "\r\nHTTP/1.1 200 OK\r\n\r\n",
            })
    void rejectsWhatOtherClientsForgive(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(AssertionError.class);
    }
}
