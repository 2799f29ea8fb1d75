package io.latestimage.e2e.recipes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.recipes.RecipePart.Block;
import io.latestimage.e2e.recipes.RecipePart.Use;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintedMessageTest {
    private static final byte[] JSON = "{\"age\": 3}\n".getBytes(UTF_8);
    private static final Reply REPLY = new Reply(200, Map.of("ETag", "\"abcdef\"", "Vary", "Origin"), JSON);
    private static final String CHART = "(the 1024 bytes of chart.png)";

    @Test
    void sendsARequestAsItIsPrinted() {
        String image = new String(SampleImages.bytes("chart.png"), ISO_8859_1);
        assertThat(sent("GET /image HTTP/1.1", "Host: a")).isEqualTo("GET /image HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(sent("PUT / HTTP/1.1", "Content-Length: 1024", "", CHART))
                .isEqualTo("PUT / HTTP/1.1\r\nContent-Length: 1024\r\n\r\n" + image);
        assertThat(sent("PUT / HTTP/1.1", "Transfer-Encoding: chunked", "", "400", CHART, "0", "", ""))
                .isEqualTo("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + image + "\r\n0\r\n\r\n");
    }

    @Test
    void knowsTheMethodOfARequest() {
        assertThat(PrintedRequest.parse(block("HEAD / HTTP/1.1")).method()).isEqualTo("HEAD");
    }

    @Test
    void rejectsARequestThatAReaderCannotSend() {
        assertRejected("the length is 4, not 5", "PUT / HTTP/1.1", "Content-Length: 5", "", "body");
        assertRejected("the length is 4, not 0", "PUT / HTTP/1.1", "", "body");
        assertRejected("not as in (the 5 bytes of chart.png)", "PUT / HTTP/1.1", "", "(the 5 bytes of chart.png)");
        assertRejected("got other.png", "PUT / HTTP/1.1", "", "(the 5 bytes of other.png)");
        assertRejected("a character that is not ASCII", "GET / HTTP/1.1", "If-Match: \"04c…\"");
        assertRejected("expected a header, got Host", "GET / HTTP/1.1", "Host");
        assertRejected("expected a start line", "");
    }

    @Test
    void acceptsAnAnswerThatIsAsPrinted() {
        assertThat(differences("HTTP/1.1 200 Fine", "ETag: \"abc…\"", "Vary: Origin", "", "{\"age\": …}"))
                .isEmpty();
        assertThat(differences("HTTP/1.1 200 OK")).isEmpty();
    }

    @Test
    void findsEveryDifference() {
        assertThat(differences("HTTP/1.1 201 Created", "ETag: \"bcd…\"", "Age: …", "", "{\"age\": 4}"))
                .satisfiesExactly(
                        status -> assertThat(status).startsWith("The status is 200 instead of 201: 11 bytes, {"),
                        age -> assertThat(age).startsWith("The header Age is missing"),
                        tag -> assertThat(tag).isEqualTo("ETag is \"abcdef\" instead of \"bcd…\""),
                        body -> assertThat(body).startsWith("The body is another one"));
    }

    @Test
    void comparesTheBytesOfAnImage() {
        Reply reply = new Reply(200, Map.of(), SampleImages.bytes("photo.jpg"));
        PrintedResponse same = PrintedResponse.parse(block("HTTP/1.1 200 OK", "", "(the 2048 bytes of photo.jpg)"));
        PrintedResponse other = PrintedResponse.parse(block("HTTP/1.1 200 OK", "", "(the 4096 bytes of photo.png)"));
        assertThat(same.differences(reply)).isEmpty();
        assertThat(other.differences(reply)).hasSize(1);
    }

    @Test
    void rejectsAResponseWithoutAStatus() {
        assertThatThrownBy(() -> PrintedResponse.parse(block("200 OK")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("page.md:1: expected a status, got 200 OK");
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abc, true",
        "abc, abcd, false",
        "a…, abc, true",
        "…c, abc, true",
        "a…c…e, abcde, true",
        "a…c, abd, false",
        "a.c, abc, false",
        "…, '', true",
    })
    void comparesTextInWhichDotsStandForAnyText(String printed, String real, boolean expected) {
        assertThat(PrintedText.matches(printed, real)).isEqualTo(expected);
        assertThat(PrintedText.matches(printed + "\n", real)).isEqualTo(expected);
    }

    private static Block block(String... lines) {
        return new Block("page.md:1", "http", Use.REQUEST, List.of(lines));
    }

    private static String sent(String... lines) {
        return new String(PrintedRequest.parse(block(lines)).bytes(), ISO_8859_1);
    }

    private static List<String> differences(String... lines) {
        return PrintedResponse.parse(block(lines)).differences(REPLY);
    }

    private static void assertRejected(String message, String... lines) {
        assertThatThrownBy(() -> PrintedRequest.parse(block(lines)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
