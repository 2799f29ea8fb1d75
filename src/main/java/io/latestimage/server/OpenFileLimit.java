package io.latestimage.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number of files and connections that the operating system lets this process have open at the same time.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html">/proc/pid/limits</a>
 */
final class OpenFileLimit {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern SOFT_LIMIT = Pattern.compile("(?m)^Max open files +(\\d{1,9}) ");

    private OpenFileLimit() {}

    /** Reads the limit; empty if there is none, or if the operating system does not report it. */
    static OptionalInt read() {
        try {
            Matcher matcher = SOFT_LIMIT.matcher(Files.readString(LIMITS));
            return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
