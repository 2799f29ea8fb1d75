package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110, sections 13.2.2 and 14: one image of 1000 bytes, and every way to ask for some of it or none. */
class RangeTest {
    private static final byte[] IMAGE = ServerWithImage.IMAGE;

    @AutoClose
    private static ServerWithImage server;

    private static String tag = "";
    private static String date = "";

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = ServerWithImage.start(folder);
        Response response = RawClient.get(server.port(), "/image");
        tag = response.header("ETag").orElseThrow();
        date = response.header("Last-Modified").orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0                  | 0   | 0",
                "bytes=0-3                  | 0   | 3",
                "bytes=999-999              | 999 | 999",
                "bytes=500-                 | 500 | 999",
                "bytes=0-                   | 0   | 999",
                "bytes=-1                   | 999 | 999",
                "bytes=-1000                | 0   | 999",
                "bytes=-5000                | 0   | 999",
                "bytes=-999999999999999999  | 0   | 999",
                "bytes=990-2000             | 990 | 999",
                "bytes=0-999999999999999999 | 0   | 999",
                "bytes= 1-2                 | 1   | 2",
                "BYTES=1-2                  | 1   | 2",
            })
    void returnsOneRange(String range, int first, int last) throws Exception {
        Response response = RawClient.get(server.port(), "/image", "Range: " + range);
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(IMAGE, first, last + 1));
        assertThat(response.headers())
                .containsEntry("Content-Range", "bytes %d-%d/1000".formatted(first, last))
                .containsEntry("Content-Length", String.valueOf(last - first + 1))
                .containsEntry("Content-Type", "image/png")
                .containsEntry("ETag", tag)
                .containsEntry("Last-Modified", date)
                .containsEntry("Accept-Ranges", "bytes")
                .containsEntry("Cache-Control", "no-cache")
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Content-Security-Policy", "default-src 'none'; sandbox");
    }

    /** What is malformed or of an unknown unit is no range, and of several the whole may be returned. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "bytes=0-1,5-6",
                "bytes=0-1, 5000-",
                "bytes=,",
                "bytes=-",
                "bytes=",
                "bytes",
                "bytes=a-b",
                "bytes=5-4",
                "bytes=1-2-3",
                "bytes=+1-2",
                "bytes=0x1-0x2",
                "bytes=1.0-2.0",
                "bytes=99999999999999999999999999-",
                "bytes=--1",
                "lines=1-2",
                "=1-2",
                "''",
            })
    void returnsTheWholeForAnyOther(String range) throws Exception {
        assertWhole(RawClient.get(server.port(), "/image", "Range: " + range));
    }

    @ParameterizedTest
    @CsvSource({"bytes=1000-", "bytes=1000-1000", "bytes=5000-6000", "bytes=-0", "bytes=999999999999999999-"})
    void saysThatThereIsNoSuchRange(String range) throws Exception {
        Response response = RawClient.get(server.port(), "/image", "Range: " + range);
        ServerWithImage.assertProblem(416, response);
        assertThat(response.header("Content-Range")).contains("bytes */1000");
    }

    /** TAG and DATE are those of the image; an earlier and a later second stand for other dates. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "206 | If-Range: TAG",
                "200 | If-Range: W/TAG",
                "200 | If-Range: \"old\"",
                "200 | If-Range: DATE",
                "200 | If-Range: LATER",
                "200 | If-Range: nonsense",
            })
    void returnsARangeOnlyOfTheSameImage(int status, String condition) throws Exception {
        Response response = RawClient.get(server.port(), "/image", "Range: bytes=10-19", real(condition));
        assertThat(response.status()).isEqualTo(status);
        if (status == 200) {
            assertWhole(response);
        } else {
            assertThat(response.body()).isEqualTo(Arrays.copyOfRange(IMAGE, 10, 20));
        }
    }

    /** In the order of section 13.2.2; several conditions are separated by a semicolon. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | If-Match: TAG",
                "200 | If-Match: *",
                "200 | If-Match: \"a\", TAG",
                "200 | If-Match: \"a\"; If-Match: TAG",
                "412 | If-Match: \"old\"",
                "412 | If-Match: W/TAG",
                "200 | If-Unmodified-Since: DATE",
                "200 | If-Unmodified-Since: LATER",
                "412 | If-Unmodified-Since: EARLIER",
                "200 | If-Unmodified-Since: nonsense",
                "304 | If-None-Match: TAG",
                "304 | If-None-Match: W/TAG",
                "304 | If-None-Match: *",
                "304 | If-None-Match: \"a\", \"b,c\", TAG",
                "200 | If-None-Match: \"old\"",
                "304 | If-Modified-Since: DATE",
                "304 | If-Modified-Since: LATER",
                "200 | If-Modified-Since: EARLIER",
                "200 | If-Modified-Since: nonsense",
                // 1: If-Match goes before If-Unmodified-Since, which then does not count
                "200 | If-Match: TAG; If-Unmodified-Since: EARLIER",
                "412 | If-Match: \"old\"; If-Unmodified-Since: LATER",
                // 3: If-None-Match goes before If-Modified-Since, which then does not count
                "200 | If-None-Match: \"old\"; If-Modified-Since: LATER",
                "304 | If-None-Match: TAG; If-Modified-Since: EARLIER",
                // 1 and 2 go before 3 and 4
                "412 | If-Match: \"old\"; If-None-Match: TAG",
                "304 | If-Match: TAG; If-None-Match: TAG",
                "412 | If-Unmodified-Since: EARLIER; If-None-Match: TAG",
                "304 | If-Unmodified-Since: LATER; If-Modified-Since: LATER",
                // 5: If-Range comes last, and says nothing without Range
                "304 | If-None-Match: TAG; Range: bytes=0-1",
                "412 | If-Match: \"old\"; Range: bytes=0-1; If-Range: TAG",
                "206 | If-Match: TAG; Range: bytes=0-1; If-Range: TAG",
                "206 | If-None-Match: \"old\"; Range: bytes=0-1",
                "200 | If-Range: TAG",
                "200 | If-Range: \"old\"; Range: bytes=5000-",
                "416 | If-Range: TAG; Range: bytes=5000-",
                "412 | If-Match: \"old\"; Range: bytes=5000-",
            })
    void evaluatesConditionsInTheirOrder(int status, String conditions) throws Exception {
        String[] headers =
                Arrays.stream(conditions.split("; ")).map(RangeTest::real).toArray(String[]::new);
        Response response = RawClient.get(server.port(), "/image", headers);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("ETag")).contains(tag);
        switch (status) {
            case 200 -> assertThat(response.body()).isEqualTo(IMAGE);
            case 304 ->
                assertThat(response.headers())
                        .containsEntry("Last-Modified", date)
                        .containsEntry("Cache-Control", "no-cache")
                        .doesNotContainKeys("Content-Type", "Content-Length", "Transfer-Encoding");
            case 206 -> assertThat(response.body()).isEqualTo(Arrays.copyOf(IMAGE, 2));
            default -> ServerWithImage.assertProblem(status, response);
        }
        assertThat(response.header("Connection")).isEmpty();
        Response head = RawClient.exchange(
                server.port(), RawClient.head("HEAD", "/image", headers).getBytes(ISO_8859_1));
        // A range is of GET alone: section 14.2.
        assertThat(head.status()).isEqualTo(status == 206 || status == 416 ? 200 : status);
    }

    @Test
    void keepsTheConnectionOpenAfterAnAnswerWithoutABody() throws Exception {
        try (RawClient client = RawClient.connect(server.port())) {
            for (int i = 0; i < 3; i++) {
                client.send(RawClient.head("GET", "/image", "If-None-Match: *"));
                assertThat(client.readResponse().status()).isEqualTo(304);
            }
            client.send(RawClient.head("GET", "/image"));
            assertThat(client.readResponse().body()).isEqualTo(IMAGE);
        }
    }

    @Test
    void readsTheOlderFormsOfADateToo() throws Exception {
        for (String later : new String[] {"Thursday, 01-Jan-37 00:00:00 GMT", "Thu Jan  1 00:00:00 2037"}) {
            assertThat(RawClient.get(server.port(), "/image", "If-Modified-Since: " + later)
                            .status())
                    .isEqualTo(304);
        }
    }

    private static void assertWhole(Response response) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(IMAGE);
        assertThat(response.header("Content-Range")).isEmpty();
    }

    private static String real(String header) {
        return header.replace("TAG", tag)
                .replace("DATE", date)
                .replace("EARLIER", "Thu, 01 Jan 2015 00:00:00 GMT")
                .replace("LATER", "Thu, 01 Jan 2037 00:00:00 GMT");
    }
}
