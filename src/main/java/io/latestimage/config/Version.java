package io.latestimage.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * Build metadata: which sources this program was built from. It is in this package because both the server and the web
 * application need it. See {@code docs/decisions/0102-version-in-the-server-header.md}.
 *
 * @param version version of the service, such as {@code 1.2.3}
 * @param commit Git commit of the sources
 * @param branch Git branch for which the program was built
 */
public record Version(String version, String commit, String branch) {
    /** Characters of the commit in {@link #product}. */
    private static final int SHORT_COMMIT = 12;

    /** The metadata of this build. */
    public static Version current() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties");
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Version(
                properties.getProperty("version"), properties.getProperty("commit"), properties.getProperty("branch"));
    }

    /** The metadata in one line, with the name of the service. */
    public String describe() {
        return "latest-image %s (commit %s, branch %s)".formatted(version, commit, branch);
    }

    /** Name, version and short commit, for the header {@code Server} (RFC 9110, section 10.2.4). */
    public String product() {
        return "latest-image/%s (%s)".formatted(version, commit.substring(0, Math.min(SHORT_COMMIT, commit.length())));
    }
}
