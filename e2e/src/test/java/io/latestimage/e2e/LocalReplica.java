package io.latestimage.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The service in a process of this machine, from the jars of its WAR. */
final class LocalReplica implements AutoCloseable {
    /** The service, as its users run it. */
    static final String SERVICE = "io.latestimage.Main";
    /** A class of the service's tests, which looks for a newer image only now and then. */
    static final String UNCHECKED = "io.latestimage.control.UncheckedMain";

    private static final Path WAR = Path.of("..", "target", "latest-image.war");
    private static final Path TEST_CLASSES = Path.of("..", "target", "test-classes");
    private static final Pattern LISTENS = Pattern.compile("listens on port (\\d+)");
    /** Far longer than it takes. */
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final int port;

    private LocalReplica(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Unpacks the jars of the WAR.
     *
     * @return what the class path must be to run the service, or a variant that its tests have
     */
    static String classPath(Path folder) throws IOException {
        if (!Files.exists(WAR) || !Files.exists(TEST_CLASSES)) {
            throw new IOException("%s and %s are needed: make test-system builds them".formatted(WAR, TEST_CLASSES));
        }
        List<String> classPath = new ArrayList<>(List.of(TEST_CLASSES.toString()));
        try (ZipFile war = new JarFile(WAR.toFile())) {
            for (ZipEntry entry : war.stream().toList()) {
                if (entry.getName().matches("WEB-INF/lib/[^/]+\\.jar")) {
                    Path jar = folder.resolve(Path.of(entry.getName()).getFileName());
                    try (InputStream in = war.getInputStream(entry);
                            OutputStream out = Files.newOutputStream(jar)) {
                        in.transferTo(out);
                    }
                    classPath.add(jar.toString());
                }
            }
        }
        return String.join(java.io.File.pathSeparator, classPath);
    }

    /** Starts one and waits until it listens. */
    static LocalReplica start(String classPath, String mainClass, Path log, Map<String, String> settings)
            throws IOException, TimeoutException {
        String java =
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(java, "-Xmx128m", "-cp", classPath, mainClass)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("APP_PORT", "0");
        builder.environment().putAll(settings);
        Process process = builder.start();
        long begun = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - begun < START_NANOS) {
            Matcher matcher = LISTENS.matcher(Files.readString(log));
            if (matcher.find()) {
                return new LocalReplica(process, Integer.parseInt(matcher.group(1)));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        process.destroyForcibly();
        throw new TimeoutException("the service does not start: " + Files.readString(log));
    }

    Target target() {
        return new Target("replica on port " + port, "127.0.0.1", port, "localhost");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
