package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The fuzz is repeatable, and it reaches both the accepting and the rejecting parts of the service. */
class RequestGeneratorTest {
    private static final String TAG = "\"" + "0".repeat(64) + '"';
    private static final int COUNT = 2_000;

    private static List<String> requests(long seed) {
        RequestGenerator generator = new RequestGenerator(seed, "Bearer token", () -> TAG);
        return LongStream.range(0, COUNT)
                .mapToObj(number -> new String(generator.request(number).bytes(), ISO_8859_1))
                .toList();
    }

    @Test
    void repeatsTheRequestsOfASeed() {
        assertThat(requests(7)).isEqualTo(requests(7));
        assertThat(requests(8)).isNotEqualTo(requests(7));
    }

    @Test
    void sendsSomethingWithEveryRequest() {
        assertThat(requests(1)).noneMatch(String::isBlank);
    }

    @Test
    void isMadeOfRequestsThatTheServiceAccepts() {
        List<String> requests = requests(1);
        for (String start : List.of("POST /upload ", "PUT /image", "DELETE /image", "GET /image", "HEAD /image")) {
            assertThat(requests)
                    .as(start)
                    .filteredOn(text -> text.startsWith(start))
                    .hasSizeGreaterThan(COUNT / 50);
        }
        for (String part : List.of(
                "\r\nIf-None-Match: " + TAG,
                "\r\nPrefer: wait=1\r\n",
                "\r\nRange: bytes=1-2\r\n",
                "\r\nTransfer-Encoding: chunked\r\n",
                "\r\nContent-Type: multipart/form-data; boundary=\"x\"\r\n",
                "\r\nExpect: 100-continue\r\n")) {
            assertThat(requests)
                    .as(part)
                    .filteredOn(text -> text.contains(part))
                    .hasSizeGreaterThan(1);
        }
        assertThat(requests).noneMatch(text -> text.contains(FuzzValues.TAG));
    }

    @Test
    void isCutIntoPieces() {
        RequestGenerator generator = new RequestGenerator(1, "Bearer token", () -> TAG);
        List<Integer> pieces = LongStream.range(0, 200)
                .mapToObj(number -> generator.request(number).pieces().size())
                .toList();
        assertThat(pieces).contains(1, 2, 3, 4).doesNotContain(0);
    }

    /** Each change really changes something, so that none of them is forgotten by mistake. */
    @Test
    void changesRequestsInEveryWay() {
        for (DraftMutation mutation : DraftMutation.values()) {
            assertThat(LongStream.range(0, 100).anyMatch(seed -> changes(mutation, seed)))
                    .as("%s", mutation)
                    .isTrue();
        }
    }

    private static boolean changes(DraftMutation mutation, long seed) {
        RequestDraft draft = chunked();
        mutation.apply(draft, new SplittableRandom(seed));
        return !Arrays.equals(draft.bytes(), chunked().bytes());
    }

    private static RequestDraft chunked() {
        RequestDraft draft = new RequestDraft("PUT", "/image").with("Content-Length", "3");
        return draft.withChunks("abc".getBytes(ISO_8859_1), new SplittableRandom(1));
    }

    @Test
    void describesARequestInOneLine() {
        FuzzRequest request =
                new FuzzRequest(3, List.of("a\r\n".getBytes(ISO_8859_1), new byte[] {0, (byte) 0xff, '\\'}));
        assertThat(request.describe()).isEqualTo("request 3, 6 bytes: a\\r\\n\\x00\\xff\\\\");
        assertThat(new FuzzRequest(0, List.of(new byte[100_000])).describe()).hasSizeLessThan(2_000);
    }
}
