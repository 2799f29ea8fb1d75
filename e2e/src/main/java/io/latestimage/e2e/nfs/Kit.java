package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A folder with what a machine needs to run the service: a Java runtime, the jars of the WAR, a class data sharing
 * archive of their classes, and the negative controls. Without the archive, the service takes three times as long to
 * start on an emulated processor.
 *
 * @param folder the folder on this machine
 */
record Kit(Path folder) {
    /** The folder on the machines of the lab. */
    static final String THERE = "/app";

    /** For a fast start on one slow processor with little memory. */
    private static final List<String> OPTIONS = List.of(
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-Xss512k", "-XX:-UsePerfData", "-Xshare:auto");

    private static final String MODULES = "java.base,java.management,jdk.unsupported";
    private static final String MAIN_CLASS = "io.latestimage.Main";
    private static final Pattern LISTENS = Pattern.compile("listens on port (\\d+)");
    private static final Duration TRAINING_LIMIT = Duration.ofMinutes(1);

    /** The folder or jar with the compiled main classes of this project. */
    static Path classes() throws URISyntaxException {
        return Path.of(
                Kit.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** Builds the kit. Deletes the folder first if it exists. */
    static Kit build(Path war, Path classes, Path folder) throws Exception {
        Kit kit = new Kit(folder);
        try (Stream<Path> old = Files.exists(folder) ? Files.walk(folder) : Stream.of()) {
            for (Path path : old.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        Files.createDirectories(folder.resolve("lib"));
        try (ZipFile archive = new ZipFile(war.toFile())) {
            for (ZipEntry entry : archive.stream().toList()) {
                if (entry.getName().matches("WEB-INF/lib/[^/]+\\.jar")) {
                    Path name = Path.of(entry.getName()).getFileName();
                    try (InputStream in = archive.getInputStream(entry)) {
                        Files.copy(in, folder.resolve("lib").resolve(name));
                    }
                }
            }
        }
        copy(classes, folder.resolve("e2e"));
        kit.link();
        kit.train();
        return kit;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void link() throws Exception {
        ToolProvider jlink =
                ToolProvider.findFirst("jlink").orElseThrow(() -> new IOException("this JDK has no jlink"));
        int status = jlink.run(
                new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, java.nio.charset.StandardCharsets.UTF_8),
                "--output",
                folder.resolve("runtime").toString(),
                "--add-modules",
                MODULES,
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--vm",
                "server");
        if (status != 0) {
            throw new IOException("jlink ends with status " + status);
        }
        // The archive of the JDK's classes. The archive of the service's classes is based on it.
        Command.of(folder.resolve("runtime/bin/java").toString(), "-Xshare:dump")
                .within(TRAINING_LIMIT)
                .run();
    }

    /** Runs the service on this machine, to archive the classes that it loads at its start and for a request. */
    private void train() throws Exception {
        Path work = Files.createDirectories(folder.resolve("training"));
        List<String> command =
                new ArrayList<>(List.of(folder.resolve("runtime/bin/java").toString()));
        command.addAll(OPTIONS);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + folder.resolve("classes.jsa"), "-Xlog:disable"));
        command.addAll(List.of("-cp", classPath(folder.resolve("lib").toString()), MAIN_CLASS));
        Path log = work.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("APP_PORT", "0");
        builder.environment().put("DRAIN_TIME", "0s");
        builder.environment()
                .put("IMAGE_DIR", Files.createDirectory(work.resolve("data")).toString());
        builder.environment()
                .put("SPOOL_DIR", Files.createDirectory(work.resolve("spool")).toString());
        Process process = builder.start();
        try {
            Await.until(
                    "the training run listens, see " + log,
                    TRAINING_LIMIT,
                    () -> LISTENS.matcher(Files.readString(log)).find());
            Matcher port = LISTENS.matcher(Files.readString(log));
            port.find();
            Target trained = Target.parse("trained=127.0.0.1:" + port.group(1));
            SingleRequest.get(trained, "/image").send(); // loads the classes up to the answer 404, as there is no image
            process.toHandle().destroy();
            Await.until("the training run ends", TRAINING_LIMIT, () -> !process.isAlive());
            if (process.exitValue() != 0) {
                throw new IOException(
                        "the training run ended with status %d, see %s".formatted(process.exitValue(), log));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** The class path with all jars, sorted, because a class archive is valid for one order only. */
    private String classPath(String libraries) throws IOException {
        try (Stream<Path> jars = Files.list(folder.resolve("lib"))) {
            return String.join(
                    ":",
                    jars.map(jar -> libraries + "/" + jar.getFileName())
                            .sorted()
                            .toList());
        }
    }

    /** Copies the kit to a machine. */
    void pushTo(Machine machine) throws IOException, InterruptedException {
        List<Path> parts = Stream.of("runtime", "lib", "classes.jsa", "e2e")
                .map(folder::resolve)
                .toList();
        machine.lab().push(machine.name(), parts, THERE);
    }

    /** The command that runs the service on a machine. */
    String service() throws IOException {
        return "%s/runtime/bin/java %s -XX:SharedArchiveFile=%s/classes.jsa -cp %s %s"
                .formatted(THERE, String.join(" ", OPTIONS), THERE, classPath(THERE + "/lib"), MAIN_CLASS);
    }

    /** The command that runs a negative control, a class of this project, on a machine. */
    static String control(Class<?> mainClass, String arguments) {
        return "%s/runtime/bin/java %s -cp %s/e2e %s %s"
                .formatted(THERE, String.join(" ", OPTIONS), THERE, mainClass.getName(), arguments);
    }
}
