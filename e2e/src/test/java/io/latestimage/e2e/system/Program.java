package io.latestimage.e2e.system;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a test starts: the service, or one of the negative controls, which break a promise on purpose. These are classes
 * of the service's tests, since some of them need its internals; here they are known by name only.
 */
public enum Program {
    /** The service, as its users run it. */
    SERVICE("io.latestimage.Main"),
    /** Holds each upload in memory before it decides. */
    BUFFERING("io.latestimage.control.BufferingMain"),
    /** Writes an upload straight to where the image is. */
    IN_PLACE("io.latestimage.control.InPlaceMain"),
    /** Reads the volume on the thread of each request. */
    OWN_THREAD("io.latestimage.control.OwnThreadMain"),
    /** Stops the server at once when the signal comes. */
    PLAIN_STOP("io.latestimage.control.PlainStopMain"),
    /** Looks for a newer image only now and then. */
    UNCHECKED("io.latestimage.control.UncheckedMain");

    private static final Path WAR =
            Path.of("..", "target", "latest-image.war").toAbsolutePath().normalize();
    /** The {@code java} that runs this program. */
    static final String JAVA =
            Path.of(System.getProperty("java.home", ""), "bin", "java").toString();

    private static final Path TEST_CLASSES = WAR.resolveSibling("test-classes");

    private final String mainClass;

    Program(String mainClass) {
        this.mainClass = mainClass;
    }

    /** The name of its main class. */
    String mainClass() {
        return mainClass;
    }

    /**
     * The words that start it.
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

    /** The WAR; fails where it was not built. */
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
