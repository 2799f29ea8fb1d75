package io.latestimage.http;

import static java.util.stream.Collectors.toUnmodifiableSet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a browser may do for a page of another origin. Such a page can show the image but not read its bytes, unless its
 * origin is listed (CORS). It cannot write either: a browser submits a form to another site without a preflight
 * request, so any website could replace the image of an intranet through the browser of a visitor (cross-site request
 * forgery). Programs other than browsers send neither {@code Origin} nor {@code Sec-Fetch-Site}. See
 * {@code docs/decisions/0014-cross-site-uploads.md} and {@code docs/decisions/0020-tokens-and-origins.md}.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch: CORS protocol</a>
 * @see <a href="https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header">Sec-Fetch-Site</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-7">RFC 6454, section 7: Origin</a>
 */
final class CrossOrigin {
    private static final String ANY = "*";
    private static final Set<String> OWN = Set.of("same-origin", "none");
    private static final String EXPOSED = "ETag, Last-Modified, Cache-Status, Preference-Applied, Latest-Image-Max-Age";
    private static final String READ_METHODS = "GET, HEAD";
    private static final String ALL_METHODS = "GET, HEAD, POST, PUT, DELETE";
    private static final String REQUEST_HEADERS = "Authorization, Content-Type, If-Match, If-None-Match, Prefer, Range";
    /** For how long a browser may remember the answer to a preflight request, in seconds. */
    private static final String PREFLIGHT_AGE = "600";

    /** Pages of these origins may read and write. */
    private final Set<String> listed;
    /** Pages of all origins may read. */
    private final boolean isOpen;

    /**
     * Creates an instance that all requests share.
     *
     * @param origins in lower case, such as {@code https://page.example}, and {@code *} if pages of all origins may
     *     read
     */
    CrossOrigin(Set<String> origins) {
        listed = origins.stream().filter(origin -> !origin.equals(ANY)).collect(toUnmodifiableSet());
        isOpen = origins.contains(ANY);
    }

    /**
     * Whether a write does not come from a page of another origin, or that origin is listed. That all may read does not
     * mean that all may write: the browser of a visitor may have stored a password for this service.
     */
    boolean permitsWrite(HttpServletRequest request) {
        return isListed(request) || !isCrossOrigin(request);
    }

    /**
     * Adds what lets a page of a permitted origin read the response, and the answer to its preflight request. The
     * response to any other origin has none of it. Credentials are not permitted: a page must know the token, and
     * cannot use the password that the browser has stored.
     */
    void addHeaders(HttpServletRequest request, HttpServletResponse response) {
        if (!isOpen && !listed.isEmpty()) {
            response.addHeader("Vary", "Origin"); // also without an Origin, for caches
        }
        String origin = request.getHeader("Origin");
        if (origin == null || !(isOpen || isListed(request))) {
            return;
        }
        response.setHeader("Access-Control-Allow-Origin", isOpen ? ANY : origin);
        response.setHeader("Access-Control-Expose-Headers", EXPOSED);
        if (request.getMethod().equals("OPTIONS") && request.getHeader("Access-Control-Request-Method") != null) {
            response.setHeader("Access-Control-Allow-Methods", isListed(request) ? ALL_METHODS : READ_METHODS);
            response.setHeader("Access-Control-Allow-Headers", REQUEST_HEADERS);
            response.setHeader("Access-Control-Max-Age", PREFLIGHT_AGE);
        }
    }

    private boolean isListed(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        return origin != null && listed.contains(origin.toLowerCase(Locale.ROOT));
    }

    private static boolean isCrossOrigin(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !OWN.contains(site.strip().toLowerCase(Locale.ROOT));
        }
        // Browsers send Sec-Fetch-Site only over TLS and to localhost.
        String origin = request.getHeader("Origin");
        return origin != null && hosts(request).noneMatch(host -> isOriginOf(origin, host));
    }

    /**
     * The names by which the client may know this host. A proxy may change Host and set X-Forwarded-Host. A page of
     * another origin cannot make a browser send X-Forwarded-Host without a preflight request, and the answer to that
     * does not permit this header.
     */
    private static Stream<String> hosts(HttpServletRequest request) {
        return Stream.of(first(request.getHeader("Host")), first(request.getHeader("X-Forwarded-Host")))
                .filter(host -> !host.isEmpty());
    }

    private static String first(@Nullable String value) {
        return value == null ? "" : value.split(",", 2)[0].strip();
    }

    /** The scheme is not compared, because this server does not know it behind a proxy that terminates TLS. */
    private static boolean isOriginOf(String origin, String host) {
        return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
    }
}
