package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.TestServer;
import io.latestimage.testing.UploadWay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every method of the image, with every condition and every kind of range, with an image and without one. RFC 9110,
 * section 13.2.1: a condition is evaluated only if the request would succeed without it. Section 14.2: only GET has
 * ranges.
 */
class MethodConditionTest {
    private static final byte[] IMAGE = ServerWithImage.IMAGE;
    private static final String NONE = "X-Nothing: else";

    @AutoClose
    private static ServerWithImage read;

    @AutoClose
    private static ServerWithImage written;

    @AutoClose
    private static TestServer empty;

    private static String tag = "";

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        read = ServerWithImage.start(folder.resolve("read"));
        written = ServerWithImage.start(folder.resolve("written"));
        empty = TestServer.start(folder.resolve("empty"));
        tag = RawClient.get(read.port(), "/image").header("ETag").orElseThrow();
    }

    /**
     * The columns: the status of GET and HEAD with the image; that of a write with the image, where 200 means that it
     * succeeds; that of a write without any image. A write is an upload or a deletion.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | 200 | 200 | X-Nothing: else",
                "200 | 200 | 412 | If-Match: TAG",
                "200 | 200 | 412 | If-Match: *",
                "200 | 200 | 412 | If-Match: \"other\", TAG",
                "412 | 412 | 412 | If-Match: \"other\"",
                "412 | 412 | 412 | If-Match: W/TAG",
                "412 | 400 | 400 | If-Match: malformed",
                "304 | 412 | 200 | If-None-Match: TAG",
                "304 | 412 | 200 | If-None-Match: W/TAG",
                "304 | 412 | 200 | If-None-Match: *",
                "200 | 200 | 200 | If-None-Match: \"other\"",
                "200 | 400 | 400 | If-None-Match: malformed",
                "304 | 200 | 200 | If-Modified-Since: LATER",
                "200 | 200 | 200 | If-Modified-Since: EARLIER",
                "200 | 200 | 200 | If-Modified-Since: malformed",
                "200 | 400 | 400 | If-Unmodified-Since: LATER",
                "412 | 400 | 400 | If-Unmodified-Since: EARLIER",
                "200 | 400 | 400 | If-Unmodified-Since: malformed",
                "200 | 200 | 412 | If-Match: TAG; If-None-Match: \"other\"",
                "304 | 412 | 412 | If-Match: TAG; If-None-Match: TAG",
                "412 | 412 | 412 | If-Match: \"other\"; If-None-Match: \"other\"",
                "412 | 400 | 400 | If-Match: \"other\"; If-None-Match: malformed",
                "200 | 200 | 200 | If-None-Match: \"other\"; If-Modified-Since: LATER",
                "304 | 412 | 200 | If-None-Match: TAG; If-Modified-Since: EARLIER",
                "200 | 400 | 400 | If-Match: TAG; If-Unmodified-Since: EARLIER",
            })
    void answersEveryMethod(int reading, int writing, int writingFirst, String conditions) throws Exception {
        for (Range range : Range.values()) {
            String[] headers = headers(conditions, range);
            assertReads(reading, range, headers);
            if (range.ofWrites) {
                assertWrites(writing, writingFirst, headers);
            }
            for (String method : new String[] {"OPTIONS", "PATCH", "POST", "TRACE"}) {
                assertThat(send(read.port(), method, headers).status())
                        .as(method)
                        .isEqualTo(method.equals("OPTIONS") ? 204 : 405);
            }
        }
        read.assertUnchanged();
        written.assertUnchanged();
    }

    /** A range, and the status of GET if its conditions let it proceed. */
    private enum Range {
        ABSENT(200, NONE, true),
        PART(206, "Range: bytes=0-9", false),
        OUTSIDE(416, "Range: bytes=5000-", true),
        SEVERAL(200, "Range: bytes=0-1,4-5", false),
        OF_THIS_IMAGE(206, "Range: bytes=0-9; If-Range: TAG", false),
        OF_ANOTHER_IMAGE(200, "Range: bytes=0-9; If-Range: \"other\"", true),
        ONLY_A_CONDITION(200, "If-Range: TAG", false);

        private final int status;
        private final String headers;
        /** Writes ignore all of them, and each write waits for the disk. So some are enough. */
        private final boolean ofWrites;

        Range(int status, String headers, boolean ofWrites) {
            this.status = status;
            this.headers = headers;
            this.ofWrites = ofWrites;
        }
    }

    private static void assertReads(int status, Range range, String[] headers) throws Exception {
        Response get = send(read.port(), "GET", headers);
        assertThat(get.status()).as("GET, %s", range).isEqualTo(status == 200 ? range.status : status);
        assertThat(get.header("ETag")).contains(tag);
        switch (get.status()) {
            case 200 -> assertThat(get.body()).isEqualTo(IMAGE);
            case 206 -> assertThat(get.body()).isEqualTo(Arrays.copyOf(IMAGE, 10));
            case 304 -> assertThat(get.body()).isEmpty();
            default -> ServerWithImage.assertProblem(get.status(), get);
        }
        assertThat(send(read.port(), "HEAD", headers).status())
                .as("HEAD, %s", range)
                .isEqualTo(status);
        for (String method : new String[] {"GET", "HEAD"}) {
            assertThat(send(empty.port(), method, headers).status())
                    .as("%s, %s, without an image", method, range)
                    .isEqualTo(404);
        }
    }

    private static void assertWrites(int status, int statusFirst, String[] headers) throws Exception {
        for (UploadWay way : UploadWay.values()) {
            assertThat(exchange(written.port(), way.upload(IMAGE, headers)))
                    .as("%s", way)
                    .isEqualTo(status == 200 ? way.replaced() : status);
            assertThat(exchange(empty.port(), way.upload(IMAGE, headers)))
                    .as("%s, without an image", way)
                    .isEqualTo(statusFirst == 200 ? 201 : statusFirst);
            if (statusFirst == 200) {
                assertThat(send(empty.port(), "DELETE").status()).isEqualTo(204);
            }
        }
        assertThat(send(written.port(), "DELETE", headers).status())
                .as("DELETE")
                .isEqualTo(status == 200 ? 204 : status);
        if (status == 200) {
            assertThat(exchange(written.port(), UploadWay.RAW.upload(IMAGE))).isEqualTo(201);
        }
        assertThat(send(empty.port(), "DELETE", headers).status())
                .as("DELETE, without an image")
                .isEqualTo(statusFirst == 400 ? 400 : 404);
    }

    private static int exchange(int port, byte[] request) throws Exception {
        return RawClient.exchange(port, request).status();
    }

    private static Response send(int port, String method, String... headers) throws Exception {
        return RawClient.exchange(
                port, RawClient.head(method, "/image", headers).getBytes(ISO_8859_1));
    }

    private static String[] headers(String conditions, Range range) {
        List<String> headers = new ArrayList<>();
        for (String lines : List.of(conditions, range.headers)) {
            for (String line : Arrays.asList(lines.split("; "))) {
                headers.add(line.replace("TAG", tag)
                        .replace("EARLIER", "Thu, 01 Jan 2015 00:00:00 GMT")
                        .replace("LATER", "Thu, 01 Jan 2037 00:00:00 GMT"));
            }
        }
        return headers.toArray(String[]::new);
    }
}
