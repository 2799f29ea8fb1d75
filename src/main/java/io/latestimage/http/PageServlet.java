package io.latestimage.http;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code GET /} returns the page for people, and a few other addresses return the files that it loads. They are part of
 * the program, and nothing in them depends on the image or on settings. See {@code docs/decisions/0021-the-page.md}.
 */
public final class PageServlet extends ResourceServlet {
    private static final long serialVersionUID = 1L;

    /**
     * The media type of the file at each address. The empty pattern is the root of the application alone (Jakarta
     * Servlet 6.1, section 12.2). The pattern {@code /} would be every address that no other servlet has.
     */
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "", "text/html;charset=utf-8",
            "/page.css", "text/css;charset=utf-8",
            "/page.js", "text/javascript;charset=utf-8",
            "/follow.js", "text/javascript;charset=utf-8",
            "/upload.js", "text/javascript;charset=utf-8",
            "/icon.svg", "image/svg+xml");

    /** Nothing but these files, the image as {@code blob:}, and requests to this service. */
    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'");

    /** An element of Accept-Encoding that names gzip, and its weight (RFC 9110, section 12.5.3). */
    private static final Pattern GZIP =
            Pattern.compile("(?:^|,)\\s*gzip\\s*(?:;\\s*q=(?<weight>[0-9.]+)\\s*)?(?=,|$)", Pattern.CASE_INSENSITIVE);

    private static final Pattern ZERO = Pattern.compile("0(?:\\.0*)?");

    /** By address. The first requests fill it, so that the start does not wait until all files are hashed. */
    private final transient Map<String, PageFile> files = new ConcurrentHashMap<>();

    /** Creates the servlet. It has the addresses {@link #urlPatterns}. */
    public PageServlet() {
        super(Set.of("GET", "HEAD"));
    }

    /** The addresses of the page and its files. */
    static String[] urlPatterns() {
        return MEDIA_TYPES.keySet().toArray(String[]::new);
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        PageFile file = files.computeIfAbsent(request.getServletPath(), PageServlet::read);
        boolean compressed = acceptsGzip(request);
        PageFile.Content content = compressed ? file.gzip() : file.plain();
        response.setHeader("ETag", '"' + content.tag() + '"');
        response.setHeader("Cache-Control", "no-cache");
        response.addHeader("Vary", "Accept-Encoding");
        response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        // Not no-referrer: with it, browsers send "Origin: null" with a form, which looks like another origin.
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        switch (conditions(request).evaluate(content.tag(), Optional.empty())) {
            case FAILED -> throw new ProblemException(Problem.PRECONDITION_FAILED);
            case NOT_MODIFIED -> {
                response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
                response.flushBuffer(); // otherwise Jetty adds Content-Length: 0, which RFC 9110, section 8.6, forbids
            }
            case PROCEED -> {
                if (compressed) {
                    response.setHeader("Content-Encoding", "gzip");
                }
                send(request, response, file.mediaType(), content.bytes());
            }
        }
    }

    private static PageFile read(String address) {
        String name = address.isEmpty() ? "index.html" : address.substring(1);
        return PageFile.read(name, MEDIA_TYPES.getOrDefault(address, ""));
    }

    private static boolean acceptsGzip(HttpServletRequest request) {
        Matcher gzip = GZIP.matcher(String.join(",", Collections.list(request.getHeaders("Accept-Encoding"))));
        if (!gzip.find()) {
            return false;
        }
        String weight = gzip.group("weight");
        return weight == null || !ZERO.matcher(weight).matches();
    }

    /** These files have no date, so conditions on a date are ignored (RFC 9110, sections 13.1.3 and 13.1.4). */
    private static Conditions conditions(HttpServletRequest request) {
        Conditions all = Conditions.of(request);
        return new Conditions(all.ifMatch(), all.ifNoneMatch(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static void send(HttpServletRequest request, HttpServletResponse response, String mediaType, byte[] bytes)
            throws IOException {
        response.setContentType(mediaType);
        response.setContentLength(bytes.length);
        if (request.getMethod().equals("GET")) {
            response.getOutputStream().write(bytes);
        }
    }
}
