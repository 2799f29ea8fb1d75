package io.latestimage.e2e.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code make} with the Makefile of a project.
 *
 * @param project the folder of the Makefile
 */
public record Make(Path project) {
    /** Longer than any target waits, including a rollback. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /**
     * The command that makes a target. It does not inherit the flags of a {@code make} that runs this process, but all
     * other environment variables.
     *
     * @param name the target
     * @param variables the values of variables on the command line, by name
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
