package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Detects requests that a browser sends for a page of another origin (cross-site request forgery). A browser submits a
 * form to another site without a preflight request. So any website could replace the image of an intranet through the
 * browser of a visitor. Programs other than browsers send neither of the two headers. See
 * {@code docs/decisions/0014-cross-site-uploads.md}.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header">Sec-Fetch-Site</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-7">RFC 6454, section 7: Origin</a>
 */
final class CrossOrigin {
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private CrossOrigin() {}

    static boolean isCrossOrigin(HttpServletRequest request) {
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
     * another origin cannot make a browser send X-Forwarded-Host without a preflight request.
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
