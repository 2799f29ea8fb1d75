package io.latestimage.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * What was built of what.
 *
 * @param version of the service
 * @param commit of the sources
 * @param branch for which it was built
 */
public record Version(String version, String commit, String branch) {
    private static final int SHORT = 12;

    /** The one of this build. */
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

    /** The name, the version, the commit and the branch, in one line. */
    public String describe() {
        return "latest-image %s (commit %s, branch %s)".formatted(version, commit, branch);
    }

    /** The same without the branch, as an HTTP product (RFC 9110, section 10.2.4). */
    public String product() {
        return "latest-image/%s (%s)".formatted(version, commit.substring(0, Math.min(SHORT, commit.length())));
    }
}
