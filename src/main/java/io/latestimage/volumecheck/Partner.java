package io.latestimage.volumecheck;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * The second process of a check. Each line of its input is a command that uses the file. It answers each with a line:
 * {@code ok} and the result, or {@code problem} and a sentence. It ends at the end of its input.
 */
public final class Partner {
    static final String OK = "ok ";
    static final String PROBLEM = "problem ";

    private Partner() {}

    /** Runs all commands of the input. */
    public static void serve(Path path, InputStream in, PrintStream out) throws IOException {
        try (CheckFile file = new CheckFile(path);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(answer(file, line));
                out.flush();
            }
        }
    }

    private static String answer(CheckFile file, String line) {
        try {
            return OK + run(file, line);
        } catch (IOException e) {
            return PROBLEM + Explanation.of(e);
        }
    }

    private static String run(CheckFile file, String line) throws IOException {
        String[] words = line.split(" ", 2);
        return switch (words[0]) {
            case "greet" -> "";
            case "open" -> file.open() ? "direct" : "cached";
            case "read" -> file.read();
            case "write" -> {
                file.write(words[1]);
                yield "";
            }
            case "lock" -> file.lock() ? "locked" : "busy";
            case "unlock" -> {
                file.unlock();
                yield "";
            }
            default -> throw new IOException("unknown command: " + line);
        };
    }
}
