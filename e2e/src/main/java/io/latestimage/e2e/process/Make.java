package io.latestimage.e2e.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code make} of the project, as its users call it.
 *
 * @param project the folder of its Makefile
 */
public record Make(Path project) {
    /** Longer than any target waits, with rolling back. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /**
     * The command for a target. The flags of a {@code make} that runs this program are not passed on; the environment
     * is.
     *
     * @param variables by name
     */
    public Command target(String name, Map<String, String> variables) {
        List<String> words = new ArrayList<>(List.of("make", "--no-print-directory", name));
        variables.forEach((key, value) -> words.add(key + "=" + value));
        return Command.of(words)
                .in(project)
                .within(LIMIT)
                .with("MAKEFLAGS", "")
                .with("MFLAGS", "")
                .with("MAKEOVERRIDES", "")
                .with("MAKELEVEL", "");
    }
}
