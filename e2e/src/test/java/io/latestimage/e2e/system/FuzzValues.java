package io.latestimage.e2e.system;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Values for the parts of a request: valid ones, unusual ones and malformed ones. {@link #TAG} in a value stands for
 * the entity tag of the current image.
 */
final class FuzzValues {
    /** Is replaced with the entity tag of the current image, with its quotes. */
    static final String TAG = "@TAG@";

    static final List<String> IMAGE_TARGETS = List.of(
            "/image",
            "/image",
            "/image",
            "/image",
            "/image.png",
            "/image.jpg",
            "/image.gif",
            "/image.webp",
            "/image.ico");

    /** Without {@code /healthz/fresh}, whose 503 after a deletion would look like a failure. */
    static final List<String> TARGETS = List.of(
            "/",
            "/page.css",
            "/page.js",
            "/icon.svg",
            "/favicon.ico",
            "/healthz/liveness",
            "/healthz/readiness",
            "/upload",
            "/image?x=1",
            "/image#x",
            "/image/",
            "/image.exe",
            "/image.png/..;/image",
            "//image",
            "/%69mage",
            "/image%00",
            "/image%2e%70ng",
            "/%",
            "/%zz",
            "/%c0%af",
            "/\u00ff\u00fe",
            "/.%2e/image",
            "/image;v=1",
            "*",
            "image",
            "http://localhost/image",
            "http://other.example/image",
            "http://",
            "localhost:80",
            "");

    static final List<String> METHODS = List.of(
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "DELETE",
            "OPTIONS",
            "PATCH",
            "TRACE",
            "CONNECT",
            "PRI",
            "get",
            "GE T",
            "G\u00cbT",
            "",
            "A".repeat(9_000));

    static final List<String> VERSIONS =
            List.of("HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/0.9", "HTTP/1.", "http/1.1", "");

    static final List<String> RANGES = List.of(
            "bytes=0-0",
            "bytes=1-2",
            "bytes=5-",
            "bytes=-5",
            "bytes=0-",
            "bytes=-0",
            "bytes=999999999999999999-",
            "bytes=99999999999999999999999-",
            "bytes=5-4",
            "bytes=0-1,3-4",
            "bytes=0-0" + ",0-0".repeat(1_500),
            "bytes=-",
            "bytes=--1",
            "bytes",
            "bytes=a-b",
            "lines=1-2",
            "bytes = 1 - 2",
            "");

    static final List<String> TAGS = List.of(
            TAG,
            TAG,
            "W/" + TAG,
            "*",
            "\"other\"",
            "\"a\", " + TAG,
            TAG + ", *",
            "\"unfinished",
            "unquoted",
            "\"a\" \"b\"",
            ",,,",
            "W/",
            "\"\"",
            "\"\u00e4\"",
            "\"a\"" + ",\"a\"".repeat(1_500),
            "");

    static final List<String> TAG_HEADERS = List.of("If-Match", "If-None-Match", "If-None-Match", "If-Range");

    static final List<String> DATES = List.of(
            "Thu, 01 Jan 2026 00:00:00 GMT",
            "Thu, 01 Jan 2099 00:00:00 GMT",
            "Thu Jan  1 00:00:00 2026",
            "Thursday, 01-Jan-26 00:00:00 GMT",
            "Thu, 32 Jan 2026 00:00:00 GMT",
            "Thu, 01 Jan 99999999999 00:00:00 GMT",
            "0",
            "-1",
            "now",
            "");

    static final List<String> DATE_HEADERS = List.of("If-Modified-Since", "If-Unmodified-Since", "If-Range");

    /** Only a few of them can make a request wait for long, and any upload ends that. */
    static final List<String> PREFERENCES = List.of(
            "wait=0",
            "wait=1",
            "wait=1",
            "wait=2",
            "WAIT=1",
            "wait = 1",
            "wait=\"1\"",
            "respond-async, wait=1",
            "wait=1, wait=2",
            "wait=1;foo=bar",
            "wait",
            "wait=",
            "wait=-1",
            "wait=1.5",
            "wait=1s",
            "wait=99",
            "wait=99999999999999999999",
            "return=minimal",
            ";;;,,,===",
            "");

    static final List<String> AUTHORIZATIONS = List.of(
            "Bearer wrong",
            "Bearer",
            "Bearer ",
            "Bearer \u00ff\u00fe",
            "Bearer " + "a".repeat(6_000),
            "Basic",
            "Basic ====",
            "Basic Og==",
            "Basic dXNlcg==",
            "Basic dXNlcjp3cm9uZw==",
            "Basic /////w==",
            "Basic " + "QUFB".repeat(1_500),
            "Digest username=\"a\"",
            "");

    static final List<String> ORIGINS =
            List.of("https://a.example", "http://localhost", "https://evil.example", "null", "*", "a b", "\u00ff", "");

    static final List<String> SITES = List.of("same-origin", "none", "cross-site", "same-site", "", "\u00ff");

    static final List<String> LENGTHS = List.of(
            "0",
            "1",
            "-1",
            "+5",
            "5, 5",
            "5, 6",
            "0x10",
            "1e3",
            "",
            " ",
            "nonsense",
            "00000000000000000005",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999999");

    static final List<String> TRANSFER_ENCODINGS = List.of(
            "chunked",
            "CHUNKED",
            "chunked, chunked",
            "gzip, chunked",
            "chunked, gzip",
            "gzip",
            "identity",
            "x",
            "",
            ",chunked");

    static final List<String> EXPECTATIONS =
            List.of("100-continue", "100-Continue", "100-continue, 100-continue", "200-ok", "", "100-continue;q=1");

    static final List<String> LINES = List.of(
            "no colon",
            ": no name",
            "X : space before the colon",
            " folded: line",
            "\tfolded: line",
            "X-Nul: a\0b",
            "X-Control: \u0001\u0002\u001b[31m",
            "X-High: \u0080\u00ff",
            "X-Return: a\rb",
            "X-Feed: a\nb",
            "X-Empty:",
            "X-Long: " + "a".repeat(7_000),
            "X-Too-Long: " + "a".repeat(20_000),
            "Host: other",
            "Host: a, b",
            "Host:",
            "Host: [::1",
            "Connection: close",
            "Connection: keep-alive, Transfer-Encoding",
            "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA",
            "Cookie: " + "a=b; ".repeat(1_000),
            "Content-Encoding: gzip",
            "Content-Encoding: identity, ,",
            "Accept-Encoding: gzip",
            "Accept-Encoding: gzip;q=0.0.0, gzip;q=",
            "Content-Range: bytes 0-1/2",
            "X-Forwarded-Host: \u00ff",
            "TE: trailers",
            "Trailer: X",
            "Access-Control-Request-Method: PUT",
            "Access-Control-Request-Method: \u00ff",
            "Access-Control-Request-Headers: authorization, \u00ff");

    /** Bytes at which parsers stop, or should. */
    static final List<String> TOKENS = List.of(
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            "\0",
            ":",
            ";",
            ",",
            "\"",
            "--",
            "--\r\n",
            "0\r\n\r\n",
            "ffffffffffffffff\r\n",
            "-1\r\n",
            ";" + "x".repeat(500),
            "\u0080",
            "\u00ff",
            "%00",
            " ",
            "\t",
            "boundary=",
            "filename=",
            "HTTP/1.1");

    private FuzzValues() {}

    /** A random one of these. */
    static <T> T pick(List<T> values, SplittableRandom random) {
        return values.get(random.nextInt(values.size()));
    }
}
