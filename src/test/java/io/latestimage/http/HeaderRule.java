package io.latestimage.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What caches and clients may rely on in the headers of any response, in the manner of REDbot. Each rule returns what
 * is wrong, or nothing. {@link HeaderRuleTest} has a response for each rule that it must reject.
 *
 * @see <a href="https://redbot.org">REDbot</a>
 */
enum HeaderRule {
    /** RFC 9110, section 6.6.1. */
    DATE {
        @Override
        Optional<String> check(Exchange exchange) {
            List<String> dates = exchange.response().values("Date");
            if (dates.size() != 1) {
                return Optional.of("expected one Date: " + dates);
            }
            Optional<Instant> date = date(dates.getFirst());
            return finding(
                    date.isEmpty()
                            || Duration.between(date.get(), Instant.now()).abs().compareTo(CLOCK_SKEW) > 0,
                    "not the date of now: " + dates);
        }
    },
    /** RFC 9110, section 8.8.3. The service has strong tags only. */
    ETAG {
        @Override
        Optional<String> check(Exchange exchange) {
            Optional<String> tag = exchange.response().value("ETag");
            boolean strong = tag.filter(value -> value.matches("\"[\\x21\\x23-\\x7e]+\""))
                    .isPresent();
            return finding(tag.isPresent() && !strong, "not a strong tag: " + tag);
        }
    },
    /** RFC 9110, section 8.8.2.1. */
    LAST_MODIFIED {
        @Override
        Optional<String> check(Exchange exchange) {
            Optional<String> modified = exchange.response().value("Last-Modified");
            if (modified.isEmpty()) {
                return Optional.empty();
            }
            Optional<Instant> date = date(modified.get());
            Optional<Instant> now = exchange.response().value("Date").flatMap(HeaderRule::date);
            return finding(
                    date.isEmpty()
                            || now.filter(instant -> date.get().isAfter(instant))
                                    .isPresent(),
                    "not a date, or after Date: " + modified);
        }
    },
    /** RFC 9111, section 5.2. Without it, a cache may store some statuses for as long as it likes (section 4.2.2). */
    CACHE_CONTROL {
        @Override
        Optional<String> check(Exchange exchange) {
            List<String> values = exchange.response().values("Cache-Control");
            if (values.isEmpty()) {
                boolean cacheable = Set.of("GET", "HEAD").contains(exchange.method())
                        && CACHEABLE.contains(exchange.response().status());
                return finding(cacheable, "no Cache-Control");
            }
            List<String> directives = Arrays.stream(String.join(",", values).split(",", -1))
                    .map(String::strip)
                    .toList();
            boolean contradictory = directives.contains("no-store") && directives.size() > 1;
            return finding(
                    contradictory || !directives.stream().allMatch(directive -> directive.matches(DIRECTIVE)),
                    "malformed or contradictory: " + values);
        }
    },
    /** RFC 9110, section 12.5.5, and Fetch, "CORS protocol and HTTP caches". */
    VARY {
        @Override
        Optional<String> check(Exchange exchange) {
            StrictResponse response = exchange.response();
            Optional<String> allowed = response.value("Access-Control-Allow-Origin");
            if (allowed.isPresent() && !allowed.get().equals("*")) {
                boolean varies = response.lists("Vary", "Origin")
                        && exchange.plain()
                                .filter(plain -> !plain.lists("Vary", "Origin"))
                                .isEmpty();
                return finding(!varies, "allows " + allowed + " and does not always say that it varies with Origin");
            }
            return finding(
                    response.value("Content-Encoding").isPresent() && !response.lists("Vary", "Accept-Encoding"),
                    "is encoded and does not say that it varies with Accept-Encoding");
        }
    },
    /** RFC 9110, section 8.6. The service knows every length. */
    CONTENT_LENGTH {
        @Override
        Optional<String> check(Exchange exchange) {
            StrictResponse response = exchange.response();
            List<String> lengths = response.values("Content-Length");
            if (NO_CONTENT.contains(response.status())) {
                return finding(!lengths.isEmpty(), "a length without a body: " + lengths);
            }
            long expected = exchange.method().equals("HEAD")
                    ? exchange.plain()
                            .filter(plain -> plain.status() == response.status())
                            .map(plain -> (long) plain.body().length)
                            .orElse(-1L)
                    : response.body().length;
            boolean right = lengths.size() == 1
                    && lengths.getFirst().matches("0|[1-9][0-9]*")
                    && (expected < 0 || lengths.getFirst().equals(String.valueOf(expected)))
                    && response.values("Transfer-Encoding").isEmpty();
            return finding(!right, "expected %d, got %s".formatted(expected, lengths));
        }
    },
    /** RFC 9110, sections 9.3.2, 15.3.5 and 15.4.5. */
    NO_BODY {
        @Override
        Optional<String> check(Exchange exchange) {
            boolean empty = exchange.method().equals("HEAD")
                    || NO_CONTENT.contains(exchange.response().status());
            return finding(empty && exchange.response().body().length > 0, "a body where none may be");
        }
    },
    /** RFC 9110, section 15.4.5: what the 200 would have said, and nothing that describes a body. */
    NOT_MODIFIED {
        @Override
        Optional<String> check(Exchange exchange) {
            StrictResponse response = exchange.response();
            if (response.status() != 304) {
                return Optional.empty();
            }
            for (String name : List.of("Cache-Control", "Content-Location", "ETag", "Expires", "Vary")) {
                List<String> expected =
                        exchange.plain().map(plain -> plain.values(name)).orElse(List.of());
                if (!response.values(name).equals(expected)) {
                    return Optional.of("%s: expected %s, got %s".formatted(name, expected, response.values(name)));
                }
            }
            boolean describes = response.names().stream().anyMatch(OF_A_BODY::contains);
            return finding(describes, "describes a body");
        }
    },
    /** RFC 9110, section 14: whoever says Accept-Ranges returns the range that was asked for, and no other. */
    RANGE {
        @Override
        Optional<String> check(Exchange exchange) {
            StrictResponse response = exchange.response();
            Optional<String> range = exchange.range();
            byte[] whole = exchange.plain().map(StrictResponse::body).orElse(new byte[0]);
            Matcher bounds = BOUNDS.matcher(range.orElse(""));
            if (!bounds.matches() || !exchange.method().equals("GET") || response.status() >= 300) {
                return finding(response.status() == 206, "a part that nobody asked for");
            }
            boolean accepts = exchange.plain()
                    .flatMap(plain -> plain.value("Accept-Ranges"))
                    .filter("bytes"::equals)
                    .isPresent();
            int first = Integer.parseInt(bounds.group(1));
            int end = Integer.parseInt(bounds.group(2)) + 1;
            String contentRange = "bytes %d-%d/%d".formatted(first, end - 1, whole.length);
            boolean isPart = response.status() == 206
                    && response.values("Content-Range").equals(List.of(contentRange))
                    && Arrays.equals(response.body(), Arrays.copyOfRange(whole, first, end));
            return finding(accepts != isPart, "Accept-Ranges is %s, part is %s".formatted(accepts, isPart));
        }
    },
    /** RFC 9110, section 9.3.2. */
    HEAD_LIKE_GET {
        @Override
        Optional<String> check(Exchange exchange) {
            StrictResponse response = exchange.response();
            Optional<StrictResponse> get = exchange.plain().filter(plain -> plain.status() == response.status());
            if (!exchange.method().equals("HEAD") || get.isEmpty()) {
                return Optional.empty();
            }
            TreeSet<String> names = response.names();
            names.addAll(get.get().names());
            names.removeAll(Set.of("date", "connection"));
            names.removeIf(name -> name.startsWith("access-control-")
                    || response.values(name).equals(get.get().values(name)));
            return finding(!names.isEmpty(), "differs from GET in " + names);
        }
    },
    /** RFC 9110, section 5.2: only lists may be split. */
    DUPLICATES {
        @Override
        Optional<String> check(Exchange exchange) {
            TreeSet<String> duplicates = exchange.response().names();
            duplicates.removeIf(name -> Set.of("vary", "www-authenticate").contains(name)
                    || exchange.response().values(name).size() == 1);
            return finding(!duplicates.isEmpty(), "more than once: " + duplicates);
        }
    },
    /** RFC 9110, section 8.3, and Fetch, "X-Content-Type-Options". */
    CONTENT_TYPE {
        @Override
        Optional<String> check(Exchange exchange) {
            StrictResponse response = exchange.response();
            boolean typed = response.value("Content-Type")
                    .filter(type -> type.matches(MEDIA_TYPE))
                    .isPresent();
            boolean safe = response.values("X-Content-Type-Options").equals(List.of("nosniff"));
            boolean hasBody = response.body().length > 0 && !NO_CONTENT.contains(response.status());
            return finding(hasBody && !(typed && safe), "a body without its type, or without nosniff");
        }
    },
    /** RFC 9110, sections 15.5.2 and 15.5.6. */
    WHAT_TO_DO {
        @Override
        Optional<String> check(Exchange exchange) {
            StrictResponse response = exchange.response();
            return switch (response.status()) {
                case 401 -> finding(response.value("WWW-Authenticate").isEmpty(), "401 without a challenge");
                case 405 -> finding(response.value("Allow").isEmpty(), "405 without Allow");
                case 416 -> finding(response.value("Content-Range").isEmpty(), "416 without the size");
                default -> Optional.empty();
            };
        }
    };

    /**
     * A request and its response.
     *
     * @param range the value of Range in the request
     * @param plain the response to a GET of the same address without any condition, range or origin; empty if the
     *     request is no GET or HEAD
     */
    record Exchange(String method, Optional<String> range, StrictResponse response, Optional<StrictResponse> plain) {}

    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    /** RFC 9110, section 5.6.7: the only format that a server may send. */
    private static final Pattern IMF_FIXDATE =
            Pattern.compile("[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
    /** The directives that the service has a reason to send. */
    private static final String DIRECTIVE = "no-cache|no-store|private|public|must-revalidate|immutable|max-age=[0-9]+";

    private static final String MEDIA_TYPE = "[a-z]+/[a-z0-9.+-]+(;\\s?[a-z]+=[a-zA-Z0-9-]+)*";
    /** One range that has both ends, and is within all bodies of the tests. */
    private static final Pattern BOUNDS = Pattern.compile("bytes=(\\d{1,2})-(\\d{1,2})");
    /** RFC 9110, section 15.1: those that a cache may store without being told so. */
    private static final Set<Integer> CACHEABLE = Set.of(200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501);

    private static final Set<Integer> NO_CONTENT = Set.of(204, 304);
    private static final Set<String> OF_A_BODY = Set.of("content-type", "content-range", "content-encoding");

    /** What is wrong with a response, or nothing. */
    abstract Optional<String> check(Exchange exchange);

    /** What is wrong by all rules. */
    static List<String> findings(Exchange exchange) {
        return Arrays.stream(values())
                .flatMap(rule -> rule.check(exchange).map(finding -> rule + ": " + finding).stream())
                .toList();
    }

    private static Optional<String> finding(boolean wrong, String what) {
        return wrong ? Optional.of(what) : Optional.empty();
    }

    private static Optional<Instant> date(String value) {
        try {
            return IMF_FIXDATE.matcher(value).matches()
                    ? Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
