package io.latestimage.store;

import java.nio.file.OpenOption;

/**
 * The option that opens a file to be read past the caches of this system (O_DIRECT).
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
 */
public final class DirectOption {
    private static final String NAME = "com.sun.nio.file.ExtendedOpenOption";

    private DirectOption() {}

    /**
     * The option. By its name: javac warns of every use of its class, although that is there to be used, and there is
     * no way to have the warning not be an error.
     *
     * @throws UnsupportedOperationException if the Java runtime was made without the module jdk.unsupported
     */
    public static OpenOption get() {
        try {
            return (OpenOption) Class.forName(NAME).getField("DIRECT").get(null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("the Java runtime lacks the module jdk.unsupported; add it", e);
        }
    }
}
