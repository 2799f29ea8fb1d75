package io.latestimage.e2e.system;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs that a test can start: the service, and variants of it. Most are negative controls, which break a
 * promise on purpose. The variants are among the service's own tests, because some use its internals. This project
 * knows only their class names.
 */
public enum Program {
    /** The service, as its users run it. */
    SERVICE("io.latestimage.Main"),
    /** Holds each upload in memory before it decides whether to accept it. */
    BUFFERING("io.latestimage.control.BufferingMain"),
    /** The service. It also counts its revalidations, and the requests that wait. */
    COUNTING("io.latestimage.control.CountingMain"),
    /** Writes an upload directly over the image. */
    IN_PLACE("io.latestimage.control.InPlaceMain"),
    /** Revalidates on the thread of each request. */
    OWN_THREAD("io.latestimage.control.OwnThreadMain"),
    /** Stops Jetty immediately when the signal arrives, without a drain. */
    PLAIN_STOP("io.latestimage.control.PlainStopMain"),
    /** Reads forms with a reader that fails, hangs and leaves files. */
    FRAGILE("io.latestimage.control.FragileMain"),
    /** Answers from its cache, and revalidates only now and then. */
    UNCHECKED("io.latestimage.control.UncheckedMain");

    private static final Path WAR =
            Path.of("..", "target", "latest-image.war").toAbsolutePath().normalize();
    /** The path of the {@code java} command that runs these tests. */
    static final String JAVA =
            Path.of(System.getProperty("java.home", ""), "bin", "java").toString();

    private static final Path TEST_CLASSES = WAR.resolveSibling("test-classes");

    private final String mainClass;

    Program(String mainClass) {
        this.mainClass = mainClass;
    }

    /** The fully qualified name of the main class. */
    String mainClass() {
        return mainClass;
    }

    /**
     * The command that starts the program.
     *
     * @param jvmOptions such as -Xmx48m
     */
    List<String> command(List<String> jvmOptions) throws IOException {
        List<String> classPath = new ArrayList<>(ServiceJars.unpacked());
        if (this != SERVICE) {
            classPath.addFirst(existing(TEST_CLASSES).toString());
        }
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), mainClass));
        return command;
    }

    /**
     * The path of the WAR.
     *
     * @throws IOException if the WAR was not built
     */
    static Path war() throws IOException {
        return existing(WAR);
    }

    private static Path existing(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new IOException(path + " does not exist: `make test` and `make test-system` build it first");
        }
        return path;
    }
}
