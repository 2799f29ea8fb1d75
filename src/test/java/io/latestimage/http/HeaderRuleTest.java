package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.http.HeaderRule.Exchange;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule rejects a response that breaks it, and no rule rejects a response that breaks none. */
class HeaderRuleTest {
    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static final List<String> FIELDS = List.of(
            "Server: latest-image/1.0.0",
            "X-Content-Type-Options: nosniff",
            "ETag: \"abc\"",
            "Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT",
            "Cache-Control: no-cache",
            "Accept-Ranges: bytes",
            "Content-Type: image/png",
            "Content-Length: 10");

    private static final String[] NOT_MODIFIED = {
        "status 304 Not Modified", "-Content-Type", "-Content-Length", "-Accept-Ranges", "body "
    };
    private static final String[] PART = {
        "status 206 Partial Content", "Content-Range: bytes 2-4/10", "Content-Length: 3", "body 234"
    };

    /** A request and its response. It breaks this rule, or none. */
    record Control(Optional<HeaderRule> broken, Exchange exchange) {}

    /**
     * The response to a plain GET, with changes: {@code -Name} removes a field, {@code Name: value} replaces it,
     * {@code +Name: value} adds another one, and {@code status} and {@code body} replace those.
     */
    private static StrictResponse response(String... changes) {
        String status = "200 OK";
        String body = "0123456789";
        List<String> fields = new ArrayList<>(FIELDS);
        fields.add("Date: " + IMF_FIXDATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
        for (String change : changes) {
            if (change.startsWith("status ")) {
                status = change.substring("status ".length());
            } else if (change.startsWith("body ")) {
                body = change.substring("body ".length());
            } else if (change.startsWith("+")) {
                fields.add(change.substring(1));
            } else if (change.startsWith("-")) {
                fields.removeIf(field -> field.startsWith(change.substring(1) + ":"));
            } else {
                fields.removeIf(field -> field.startsWith(change.split(":", 2)[0] + ":"));
                fields.add(change);
            }
        }
        String text = "HTTP/1.1 " + status + "\r\n" + String.join("\r\n", fields) + "\r\n\r\n" + body;
        return StrictResponse.parse(text.getBytes(ISO_8859_1));
    }

    private static StrictResponse changed(String[] first, String... more) {
        return response(Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new));
    }

    private static Exchange get(StrictResponse response) {
        return new Exchange("GET", Optional.empty(), response, Optional.of(response()));
    }

    private static Exchange head(StrictResponse response) {
        return new Exchange("HEAD", Optional.empty(), response, Optional.of(response()));
    }

    private static Exchange ranged(StrictResponse response, StrictResponse plain) {
        return new Exchange("GET", Optional.of("bytes=2-4"), response, Optional.of(plain));
    }

    private static Control breaks(HeaderRule rule, Exchange exchange) {
        return new Control(Optional.of(rule), exchange);
    }

    private static Control breaksNone(Exchange exchange) {
        return new Control(Optional.empty(), exchange);
    }

    private static List<Control> controls() {
        return List.of(
                breaksNone(get(response())),
                breaksNone(get(response("Content-Type: text/html;charset=utf-8"))),
                breaksNone(get(changed(NOT_MODIFIED))),
                breaksNone(head(response("body "))),
                breaksNone(ranged(changed(PART), response())),
                breaksNone(ranged(response("-Accept-Ranges"), response("-Accept-Ranges"))),
                breaksNone(new Exchange(
                        "DELETE",
                        Optional.empty(),
                        response("status 204 No Content", "-Content-Type", "-Content-Length", "body "),
                        Optional.empty())),
                breaks(HeaderRule.DATE, get(response("-Date"))),
                breaks(HeaderRule.DATE, get(response("Date: Sun, 06 Nov 1994 08:49:37 GMT", "-Last-Modified"))),
                breaks(HeaderRule.DATE, get(response("Date: Sunday, 06-Nov-94 08:49:37 GMT", "-Last-Modified"))),
                breaks(HeaderRule.ETAG, get(response("ETag: W/\"abc\""))),
                breaks(HeaderRule.ETAG, get(response("ETag: abc"))),
                breaks(HeaderRule.LAST_MODIFIED, get(response("Last-Modified: Thu, 01 Jan 2099 00:00:00 GMT"))),
                breaks(HeaderRule.LAST_MODIFIED, get(response("Last-Modified: 2026-01-02"))),
                breaks(HeaderRule.LAST_MODIFIED, get(response("Last-Modified: Fri, 32 Jan 2026 03:04:05 GMT"))),
                breaks(HeaderRule.CACHE_CONTROL, get(response("-Cache-Control"))),
                breaks(
                        HeaderRule.CACHE_CONTROL,
                        get(response("status 404 Not Found", "-Cache-Control", "-Accept-Ranges"))),
                breaks(HeaderRule.CACHE_CONTROL, get(response("Cache-Control: no-cache; no-store"))),
                breaks(HeaderRule.CACHE_CONTROL, get(response("Cache-Control: no-store, max-age=60"))),
                breaks(HeaderRule.CACHE_CONTROL, get(response("Cache-Control: max-age=1.5"))),
                breaks(HeaderRule.VARY, get(response("Access-Control-Allow-Origin: https://a.example"))),
                breaks(
                        HeaderRule.VARY,
                        get(response("Access-Control-Allow-Origin: https://a.example", "Vary: Accept, Origin"))),
                breaks(HeaderRule.VARY, get(response("Content-Encoding: gzip", "Vary: Origin"))),
                breaks(HeaderRule.CONTENT_LENGTH, get(response("-Content-Length"))),
                breaks(HeaderRule.CONTENT_LENGTH, get(response("Content-Length: 9"))),
                breaks(HeaderRule.CONTENT_LENGTH, get(response("Content-Length: 010"))),
                breaks(HeaderRule.CONTENT_LENGTH, get(response("+Transfer-Encoding: chunked"))),
                breaks(HeaderRule.CONTENT_LENGTH, get(changed(NOT_MODIFIED, "Content-Length: 0"))),
                breaks(HeaderRule.NO_BODY, get(changed(NOT_MODIFIED, "body x"))),
                breaks(HeaderRule.NO_BODY, head(response())),
                breaks(HeaderRule.NOT_MODIFIED, get(changed(NOT_MODIFIED, "-ETag"))),
                breaks(HeaderRule.NOT_MODIFIED, get(changed(NOT_MODIFIED, "Cache-Control: no-store"))),
                breaks(HeaderRule.NOT_MODIFIED, get(changed(NOT_MODIFIED, "Vary: Origin"))),
                breaks(HeaderRule.NOT_MODIFIED, get(changed(NOT_MODIFIED, "Content-Type: image/png"))),
                breaks(HeaderRule.RANGE, get(changed(PART))),
                breaks(HeaderRule.RANGE, ranged(response(), response())),
                breaks(HeaderRule.RANGE, ranged(changed(PART), response("-Accept-Ranges"))),
                breaks(HeaderRule.RANGE, ranged(changed(PART, "body 123"), response())),
                breaks(HeaderRule.RANGE, ranged(changed(PART, "Content-Range: bytes 2-4/*"), response())),
                breaks(HeaderRule.HEAD_LIKE_GET, head(response("-ETag", "body "))),
                breaks(HeaderRule.HEAD_LIKE_GET, head(response("Vary: Origin", "body "))),
                breaks(HeaderRule.DUPLICATES, get(response("+ETag: \"abc\""))),
                breaks(HeaderRule.CONTENT_TYPE, get(response("-Content-Type"))),
                breaks(HeaderRule.CONTENT_TYPE, get(response("Content-Type: png"))),
                breaks(HeaderRule.CONTENT_TYPE, get(response("-X-Content-Type-Options"))),
                breaks(HeaderRule.WHAT_TO_DO, get(response("status 401 Unauthorized"))),
                breaks(HeaderRule.WHAT_TO_DO, get(response("status 405 Method Not Allowed"))),
                breaks(HeaderRule.WHAT_TO_DO, get(response("status 416 Range Not Satisfiable"))));
    }

    @ParameterizedTest
    @MethodSource("controls")
    void findsTheRuleThatIsBroken(Control control) {
        Set<HeaderRule> broken = EnumSet.allOf(HeaderRule.class);
        broken.removeIf(rule -> rule.check(control.exchange()).isEmpty());
        assertThat(broken)
                .as(() -> HeaderRule.findings(control.exchange()).toString())
                .containsExactlyElementsOf(control.broken().stream().toList());
    }

    @Test
    void hasAControlForEveryRule() {
        assertThat(controls().stream()
                        .flatMap(control -> control.broken().stream())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(HeaderRule.values());
    }

    /** The name of the rule, so that the log shows it. */
    @Test
    void namesTheRuleInAFinding() {
        assertThat(HeaderRule.findings(get(response("ETag: abc"))))
                .singleElement()
                .asString()
                .startsWith("ETAG: ");
    }
}
