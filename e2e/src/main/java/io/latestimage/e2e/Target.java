package io.latestimage.e2e;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to send requests.
 *
 * @param name the name of this target in the report
 * @param address the address to connect to
 * @param port the port to connect to
 * @param host the value of the Host header, by which an Ingress selects the release
 */
public record Target(String name, String address, int port, String host) {
    private static final Pattern FORMAT =
            Pattern.compile("(?<name>[^=]+)=(?<address>[^/]+):(?<port>\\d+)(?:/(?<host>.+))?");

    /**
     * Parses a text such as {@code ingress=198.51.100.1:80/app.example.org}. The host is the address if it is missing.
     */
    public static Target parse(String text) {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected NAME=ADDRESS:PORT[/HOST], got \"" + text + '"');
        }
        String address = matcher.group("address");
        String host = matcher.group("host");
        return new Target(
                matcher.group("name"), address, Integer.parseInt(matcher.group("port")), host == null ? address : host);
    }
}
