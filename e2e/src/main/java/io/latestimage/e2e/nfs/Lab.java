package io.latestimage.e2e.nfs;

import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that has an NFS server and its clients; {@code docs/e2e-nfs.md} lists its subcommands.
 *
 * @param command with its first arguments
 */
record Lab(List<String> command) {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Reads the command as a shell would without quotes. */
    static Lab parse(String text) {
        return new Lab(Command.parse(text).words());
    }

    /** Runs a subcommand. */
    Command.Completed attempt(String... arguments) throws IOException, InterruptedException {
        return subcommand(arguments).attempt();
    }

    /** The same, which must succeed; what it wrote. */
    String run(String... arguments) throws IOException, InterruptedException {
        return subcommand(arguments).run();
    }

    private Command subcommand(String... arguments) {
        return Command.of(command).and(arguments).within(PATIENCE);
    }

    /** The same, of what does nothing where it is done: a busy machine may take a moment too long for the lab. */
    String runAgain(String... arguments) throws IOException, InterruptedException {
        Command.Completed first = attempt(arguments);
        return first.succeeded() ? first.output().strip() : run(arguments);
    }

    void push(String node, List<Path> files, String folder) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("push", node));
        files.forEach(file -> arguments.add(file.toString()));
        arguments.add(folder);
        run(arguments.toArray(String[]::new));
    }
}
