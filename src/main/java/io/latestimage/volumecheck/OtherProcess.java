package io.latestimage.volumecheck;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link Partner} in a process of its own, on the same Java runtime and with the same classes. */
final class OtherProcess implements AutoCloseable {
    /** How long the system may take to end a process that was killed; a hung volume may keep it. */
    private static final int SECONDS_TO_END = 10;

    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;

    private OtherProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader();
        this.questions = process.outputWriter();
    }

    /**
     * The command that starts this program again.
     *
     * @param main the class whose {@code main} runs it
     */
    static List<String> commandOf(Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (option.startsWith("-X") && !option.startsWith("-Xrun")) { // not those of debuggers: their port is taken
                command.add(option);
            }
        }
        command.add("--enable-native-access=ALL-UNNAMED");
        String classPath = System.getProperty("java.class.path", "");
        if (ClassLoader.getSystemClassLoader().equals(main.getClassLoader())) {
            command.addAll(List.of("-cp", classPath, main.getName()));
        } else { // loaded by the loader inside the WAR
            command.addAll(List.of("-jar", classPath));
        }
        return command;
    }

    static OtherProcess start(List<String> command, Path file) throws IOException {
        List<String> whole = new ArrayList<>(command);
        whole.add(file.toString());
        try {
            return new OtherProcess(new ProcessBuilder(whole)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new Obstacle("A second process cannot be started: %s.".formatted(e.getMessage()));
        }
    }

    /** Waits until it has started. */
    void greet() throws IOException {
        String _ = ask("greet");
    }

    /**
     * Has it do something.
     *
     * @return what came of it
     * @throws Obstacle where it failed
     */
    String ask(String question) throws IOException {
        String answer = exchange(question);
        if (answer == null) {
            throw new Obstacle(
                    "The second process has ended too early. See above what it printed, and whether there is memory for a second Java runtime.");
        }
        if (answer.startsWith(Partner.PROBLEM)) {
            throw new Obstacle("A second process could not %s the file. %s"
                    .formatted(question.split(" ", 2)[0], answer.substring(Partner.PROBLEM.length())));
        }
        return answer.substring(Partner.OK.length());
    }

    /** The answer, or null if it ends without one. */
    private @Nullable String exchange(String question) throws IOException {
        try {
            questions.write(question + "\n");
            questions.flush();
        } catch (IOException e) { // it ends, and does not read
            return null;
        }
        return answers.readLine();
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() throws IOException {
        try {
            if (!process.destroyForcibly().waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                throw new IOException("the second process was killed, and is still there");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
