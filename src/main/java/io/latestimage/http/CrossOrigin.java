package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a browser sends a request for a page of another origin. A form does so without asking first, so without
 * this any website could replace the image of an intranet through the browser of somebody who visits it. Other programs
 * send neither of the two headers.
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
        // Browsers send Sec-Fetch-Site to addresses with TLS and to localhost only.
        String origin = request.getHeader("Origin");
        return origin != null && hosts(request).noneMatch(host -> isOriginOf(origin, host));
    }

    /**
     * As the client knows this host. A proxy may send another name on; it is no browser that sets X-Forwarded-Host, for
     * which a page of another origin would have to ask first.
     */
    private static Stream<String> hosts(HttpServletRequest request) {
        return Stream.of(first(request.getHeader("Host")), first(request.getHeader("X-Forwarded-Host")))
                .filter(host -> !host.isEmpty());
    }

    private static String first(@Nullable String value) {
        return value == null ? "" : value.split(",", 2)[0].strip();
    }

    /** The scheme is not compared: behind a proxy that ends TLS, this end does not know it. */
    private static boolean isOriginOf(String origin, String host) {
        return origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host);
    }
}
