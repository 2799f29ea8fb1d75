package io.latestimage.e2e.system;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real mount that can be made to hang, to fail or to fill up; gone when closed, in whatever state it is. */
final class TestMount implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path folder;
    private final @Nullable Process bindfs;

    private TestMount(Path folder, @Nullable Process bindfs) {
        this.folder = folder;
        this.bindfs = bindfs;
    }

    /** Shows one folder in place of another, through a process that stands for a file server. */
    static TestMount bindfs(Path source, Path folder) throws Exception {
        Files.createDirectories(source);
        Files.createDirectories(folder);
        Process process = new ProcessBuilder("bindfs", "-f", source.toString(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        TestMount mount = new TestMount(folder, process);
        try {
            Await.until("mounted", PATIENCE, () -> isMounted(folder));
        } catch (Exception e) {
            mount.close();
            throw e;
        }
        return mount;
    }

    /** A small file system in memory, with sizes such as 4m. */
    static TestMount tmpfs(Path folder, String size) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Command.of("mount", "-t", "tmpfs", "-o", "size=" + size, "latest-image-test", folder.toString())
                .run();
        return new TestMount(folder, null);
    }

    /** From here on every operation hangs. */
    void stop() throws Exception {
        long pid = process().pid();
        Command.of("kill", "-STOP", String.valueOf(pid)).run();
        Path status = Path.of("/proc", String.valueOf(pid), "status");
        Await.until("stopped", PATIENCE, () -> Files.readString(status).contains("State:\tT"));
    }

    /** Those that hang go on. */
    void resume() throws IOException, InterruptedException {
        Command.of("kill", "-CONT", String.valueOf(process().pid())).run();
    }

    /** From here on every operation fails at once: "transport endpoint is not connected". */
    void kill() throws InterruptedException {
        process().destroyForcibly().waitFor();
    }

    void remount(String option) throws IOException, InterruptedException {
        Command.of("mount", "-o", "remount," + option, folder.toString()).run();
    }

    private Process process() {
        if (bindfs == null) {
            throw new IllegalStateException("no process serves " + folder);
        }
        return bindfs;
    }

    private static boolean isMounted(Path folder) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .anyMatch(line -> line.contains(" " + folder + " "));
    }

    @Override
    public void close() throws IOException {
        unmount();
    }

    /** Ends the process first: that is what frees those who hang. */
    void unmount() throws IOException {
        try {
            if (bindfs != null) {
                bindfs.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            if (isMounted(folder)) {
                Command.of("umount", "-l", folder.toString()).run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("still mounted: " + folder, e);
        }
    }
}
