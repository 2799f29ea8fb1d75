package io.latestimage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What was built of what. */
final class Version {
    private Version() {}

    /** The name, the version and the commit, in one line. */
    static String describe() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "latest-image %s (commit %s)"
                .formatted(properties.getProperty("version"), properties.getProperty("commit"));
    }
}
