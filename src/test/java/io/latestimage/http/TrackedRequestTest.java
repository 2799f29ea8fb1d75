package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For which requests a rejection closes the connection, and after which ones the server has to read on. */
class TrackedRequestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Content-Length | Transfer-Encoding | Expect | body | may send | may send once opened
                "-1 |         |              | false | false | false",
                "0  |         |              | false | false | false",
                "0  |         | 100-continue | false | false | false",
                "5  |         |              | true  | true  | true",
                "-1 | chunked |              | true  | true  | true",
                "5  |         | 100-continue | true  | false | true",
                "5  |         | 100-CONTINUE | true  | false | true",
                "-1 | chunked | 100-continue | true  | false | true",
            })
    void knowsWhetherTheClientMaySendABody(
            long length,
            @Nullable String encoding,
            @Nullable String expect,
            boolean hasBody,
            boolean maySend,
            boolean maySendOnceOpened)
            throws Exception {
        TrackedRequest request = new TrackedRequest(request(length, encoding, expect));
        assertThat(request.hasBody()).isEqualTo(hasBody);
        assertThat(request.maySendBody()).isEqualTo(maySend);
        assertThat(request.getInputStream()).isNull(); // of the fake
        assertThat(request.hasBody()).isEqualTo(hasBody);
        assertThat(request.maySendBody()).isEqualTo(maySendOnceOpened);
    }

    private static HttpServletRequest request(long length, @Nullable String encoding, @Nullable String expect) {
        Map<String, String> headers = Map.of(
                "Transfer-Encoding", encoding == null ? "" : encoding,
                "Expect", expect == null ? "" : expect);
        return (HttpServletRequest) Proxy.newProxyInstance(
                TrackedRequestTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "getContentLengthLong" -> length;
                    case "getHeader" -> {
                        String value = headers.getOrDefault(String.valueOf(arguments[0]), "");
                        yield value.isEmpty() ? null : value;
                    }
                    case "getInputStream" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
