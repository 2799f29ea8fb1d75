package io.latestimage.e2e.nfs;

import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that controls an NFS server and its clients; {@code docs/e2e-nfs.md} lists its subcommands.
 *
 * @param command the command and its first arguments
 */
record Lab(List<String> command) {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Splits the command at white space. Quotes have no meaning. */
    static Lab parse(String text) {
        return new Lab(Command.parse(text).words());
    }

    /** Runs a subcommand, and returns its result, even if its exit status is not 0. */
    Command.Completed attempt(String... arguments) throws IOException, InterruptedException {
        return subcommand(arguments).attempt();
    }

    /** Runs a subcommand, which must succeed, and returns its output. */
    String run(String... arguments) throws IOException, InterruptedException {
        return subcommand(arguments).run();
    }

    private Command subcommand(String... arguments) {
        return Command.of(command).and(arguments).within(PATIENCE);
    }

    /** Runs an idempotent subcommand, and once more if it fails, because the lab may time out on a busy machine. */
    String runAgain(String... arguments) throws IOException, InterruptedException {
        Command.Completed first = attempt(arguments);
        return first.succeeded() ? first.output().strip() : run(arguments);
    }

    /** Copies files and folders to a folder of a machine. */
    void push(String node, List<Path> files, String folder) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("push", node));
        files.forEach(file -> arguments.add(file.toString()));
        arguments.add(folder);
        run(arguments.toArray(String[]::new));
    }
}
