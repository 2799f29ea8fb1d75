package io.latestimage.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many files and connections the system lets this process have open at once.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html">/proc/pid/limits</a>
 */
final class OpenFileLimit {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern SOFT_LIMIT = Pattern.compile("(?m)^Max open files +(\\d{1,9}) ");

    private OpenFileLimit() {}

    /** The limit, or empty where the system has none or does not tell. */
    static OptionalInt limit() {
        try {
            Matcher matcher = SOFT_LIMIT.matcher(Files.readString(LIMITS));
            return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
