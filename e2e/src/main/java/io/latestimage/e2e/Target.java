package io.latestimage.e2e;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where requests are sent.
 *
 * @param name what the report calls it
 * @param address to connect to
 * @param port to connect to
 * @param host the Host header, by which an Ingress tells releases apart
 */
public record Target(String name, String address, int port, String host) {
    private static final Pattern FORMAT =
            Pattern.compile("(?<name>[^=]+)=(?<address>[^/]+):(?<port>\\d+)(?:/(?<host>.+))?");

    /** Reads {@code ingress=198.51.100.1:80/app.example.org}; without a host it is the address. */
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
