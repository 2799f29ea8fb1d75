package io.latestimage.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that was run to its end.
 *
 * @param exit its status
 * @param output what it printed, errors too
 */
public record Command(int exit, String output) {
    /** Runs it; where it takes longer than allowed, that is a failure and it is ended. */
    public static Command run(Duration atMost, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("command", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("hangs: " + command);
            }
            return new Command(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    /** Runs something quick that must succeed. */
    public static String run(String... command) throws IOException, InterruptedException {
        Command done = run(Duration.ofSeconds(60), List.of(command));
        if (done.exit != 0) {
            throw new IOException("%s: %d %s".formatted(List.of(command), done.exit, done.output));
        }
        return done.output;
    }
}
