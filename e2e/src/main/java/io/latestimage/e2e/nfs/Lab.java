package io.latestimage.e2e.nfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The command that has an NFS server and its clients; {@code docs/e2e-nfs.md} lists its subcommands.
 *
 * @param command with its first arguments
 */
record Lab(List<String> command) {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** What a command on one of the machines, or one of the lab's own, has printed. */
    record Output(int status, String text) {}

    /** Reads the command as a shell would without quotes. */
    static Lab parse(String text) {
        return new Lab(Arrays.asList(text.strip().split("\\s+", -1)));
    }

    /** Runs a subcommand. */
    Output attempt(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(line(Arrays.asList(arguments)))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> read(process));
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new IOException("not within %d s: %s".formatted(PATIENCE.toSeconds(), String.join(" ", arguments)));
        }
        try {
            // A process that it has started in the background may keep the output open.
            return new Output(process.exitValue(), text.get(5, TimeUnit.SECONDS).strip());
        } catch (ExecutionException | TimeoutException e) {
            return new Output(process.exitValue(), "");
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(the output is lost: " + e + ")";
        }
    }

    /** The same, which must succeed. */
    String run(String... arguments) throws IOException, InterruptedException {
        Output output = attempt(arguments);
        if (output.status() != 0) {
            throw new IOException(
                    "%s: exit status %d: %s".formatted(String.join(" ", arguments), output.status(), output.text()));
        }
        return output.text();
    }

    /** The same, of what does nothing where it is done: a busy machine may take a moment too long for the lab. */
    String runAgain(String... arguments) throws IOException, InterruptedException {
        Output first = attempt(arguments);
        return first.status() == 0 ? first.text() : run(arguments);
    }

    /** How to run a command of this machine so that it reaches the others. */
    List<String> host(List<String> words) {
        List<String> arguments = new ArrayList<>(List.of("host"));
        arguments.addAll(words);
        return line(arguments);
    }

    void push(String node, List<Path> files, String folder) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("push", node));
        files.forEach(file -> arguments.add(file.toString()));
        arguments.add(folder);
        run(arguments.toArray(String[]::new));
    }

    private List<String> line(List<String> arguments) {
        List<String> words = new ArrayList<>(command);
        words.addAll(arguments);
        return words;
    }
}
