package io.latestimage.e2e.system;

import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a Java process holds at one moment.
 *
 * @param files open file descriptors, among them those of its connections
 * @param threads platform threads
 * @param virtualThreads virtual threads that run or wait
 */
record Footprint(long files, long threads, long virtualThreads) {
    /** Idle threads of pools: Jetty's, the carriers of virtual threads, and the compiler's. */
    private static final int SPARE_THREADS = 12;
    /** Files that a process opens as it goes, such as a jar or a selector. */
    private static final int SPARE_FILES = 8;

    private static final String JCMD =
            Path.of(System.getProperty("java.home", ""), "bin", "jcmd").toString();
    /** A line of a thread dump, such as {@code #42 "http-42" virtual}. */
    private static final Pattern VIRTUAL = Pattern.compile("(?m)^#\\d+ \"[^\"]*\" virtual\\b");

    /** Reads it. */
    static Footprint of(ServiceProcess service) throws IOException, InterruptedException {
        String pid = String.valueOf(service.process().pid());
        return new Footprint(count(Path.of("/proc", pid, "fd")), threadsOf(service), virtualThreads(pid));
    }

    /** The number of platform threads alone, which costs the process nothing to read. */
    static long threadsOf(ServiceProcess service) throws IOException {
        return count(Path.of("/proc", String.valueOf(service.process().pid()), "task"));
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    private static long virtualThreads(String pid) throws IOException, InterruptedException {
        Path dump = Files.createTempFile("threads", ".txt");
        try {
            Command.of(JCMD, pid, "Thread.dump_to_file", "-overwrite", dump.toString())
                    .run();
            return VIRTUAL.matcher(Files.readString(dump)).results().count();
        } finally {
            Files.deleteIfExists(dump);
        }
    }

    /** Whether this is no more than an earlier one, but for what a process may hold although it does nothing. */
    boolean fitsInto(Footprint earlier) {
        return files <= earlier.files + SPARE_FILES
                && threads <= earlier.threads + SPARE_THREADS
                && virtualThreads <= earlier.virtualThreads;
    }
}
