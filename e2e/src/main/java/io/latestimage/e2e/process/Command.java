package io.latestimage.e2e.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A program to run, and how to run it. {@link #run} and {@link #attempt} run it. All other methods return a new
 * command. If the thread that waits for the program is interrupted, the program is ended.
 *
 * @param words the program and its arguments
 * @param environment the variables to change in the environment of this process; an empty value removes a variable
 * @param folder the working directory; if empty, that of this process
 * @param input the standard input of the program
 * @param limit the longest time that the program may take; then it is ended, and has failed
 * @param log the file, if any, to which the command, its output and its exit status are appended
 */
public record Command(
        List<String> words,
        Map<String, String> environment,
        Optional<Path> folder,
        String input,
        Duration limit,
        Optional<Path> log) {
    /** Far longer than a command should take that does not wait for anything. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** How long a program may take to end after SIGTERM. Then it gets SIGKILL. */
    private static final Duration END = Duration.ofSeconds(10);

    private static final int LINES_SHOWN = 30;

    /** A command with these words. */
    public static Command of(String... words) {
        return of(Arrays.asList(words));
    }

    /** A command with these words. */
    public static Command of(List<String> words) {
        return new Command(List.copyOf(words), Map.of(), Optional.empty(), "", LIMIT, Optional.empty());
    }

    /** Splits a command at white space. Quotes have no meaning. For commands that a user sets in a variable. */
    public static Command parse(String text) {
        return of(Arrays.asList(text.strip().split("\\s+", -1)));
    }

    /** The same with more arguments at its end. */
    public Command and(String... arguments) {
        return and(Arrays.asList(arguments));
    }

    /** The same with more arguments at its end. */
    public Command and(List<String> arguments) {
        List<String> all = new ArrayList<>(words);
        all.addAll(arguments);
        return new Command(List.copyOf(all), environment, folder, input, limit, log);
    }

    /** The same with a variable in its environment; an empty value removes the variable. */
    public Command with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new Command(words, Map.copyOf(more), folder, input, limit, log);
    }

    /** The same with another working directory. */
    public Command in(Path newFolder) {
        return new Command(words, environment, Optional.of(newFolder), input, limit, log);
    }

    /** The same with this text as its standard input. */
    public Command reading(String text) {
        return new Command(words, environment, folder, text, limit, log);
    }

    /** The same with another limit. */
    public Command within(Duration newLimit) {
        return new Command(words, environment, folder, input, newLimit, log);
    }

    /** The same with a log: the command, its output and its exit status are appended to this file. */
    public Command loggedTo(Path file) {
        return new Command(words, environment, folder, input, limit, Optional.of(file));
    }

    /**
     * The result of a program that has ended.
     *
     * @param output its standard output, unchanged
     * @param errors its standard error, unchanged
     */
    public record Completed(int status, String output, String errors) {
        public boolean succeeded() {
            return status == 0;
        }

        /** The standard output, followed by the standard error. */
        public String all() {
            return output + errors;
        }
    }

    /**
     * Runs the program, and returns its standard output without leading and trailing white space.
     *
     * @throws CommandFailedException if it does not end within its limit, or if its exit status is not 0
     */
    public String run() throws IOException, InterruptedException {
        Completed completed = attempt();
        if (!completed.succeeded()) {
            throw new CommandFailedException(
                    "%s: exit status %d%n%s".formatted(line(), completed.status(), lastLines(completed.all())));
        }
        return completed.output().strip();
    }

    /**
     * Runs the program, and returns its result, even if its exit status is not 0.
     *
     * @throws CommandFailedException if it does not end within its limit
     */
    public Completed attempt() throws IOException, InterruptedException {
        Path output = Files.createTempFile("command", ".out");
        Path errors = Files.createTempFile("command", ".err");
        try {
            int status = execute(output, errors);
            Completed completed = new Completed(status, read(output), read(errors));
            write("exit status " + status, completed);
            return completed;
        } catch (CommandFailedException e) {
            write("not within " + limit.toSeconds() + " s", new Completed(-1, read(output), read(errors)));
            throw new CommandFailedException(e.getMessage() + "\n" + lastLines(read(output) + read(errors)));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private int execute(Path output, Path errors) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectOutput(output.toFile()).redirectError(errors.toFile());
        folder.map(Path::toFile).ifPresent((File file) -> builder.directory(file));
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        Process process = builder.start();
        try {
            feed(process);
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new CommandFailedException("%s: not within %d s".formatted(line(), limit.toSeconds()));
            }
            return process.exitValue();
        } finally {
            end(process);
        }
    }

    private void feed(Process process) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(UTF_8));
        } catch (IOException e) {
            // The program ended before it read all input. Its output and its exit status say why.
        }
    }

    private static void end(Process process) throws InterruptedException {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            if (!process.waitFor(END.toNanos(), TimeUnit.NANOSECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        }
    }

    private void write(String end, Completed completed) {
        log.ifPresent(file -> {
            String entry =
                    "%tT %s%n%s[%s]%n".formatted(LocalTime.now(ZoneId.systemDefault()), line(), completed.all(), end);
            try {
                Files.writeString(file, entry, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The command line for messages and logs, without the secrets in options such as {@code --docker-password=}. */
    String line() {
        return words.stream()
                .map(word -> word.replaceFirst("(?i)(password|token|creds)([= ]).*", "$1$2…"))
                .map(word -> word.matches("[\\w@%+=:,./-]+") ? word : "'" + word + "'")
                .collect(Collectors.joining(" "));
    }

    private static String lastLines(String text) {
        List<String> lines = text.strip().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), UTF_8);
    }
}
