package io.latestimage.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real mount that can be made to hang, to fail or to fill up; gone when closed, in whatever state it is. */
public final class TestMount implements AutoCloseable {
    private final Path folder;
    private final @Nullable Process bindfs;

    private TestMount(Path folder, @Nullable Process bindfs) {
        this.folder = folder;
        this.bindfs = bindfs;
    }

    /** Shows one folder in place of another, through a process that stands for a file server. */
    public static TestMount bindfs(Path source, Path folder) throws Exception {
        Files.createDirectories(source);
        Files.createDirectories(folder);
        Process process = new ProcessBuilder("bindfs", "-f", source.toString(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        TestMount mount = new TestMount(folder, process);
        try {
            Await.until("mounted", Duration.ofSeconds(30), () -> isMounted(folder));
        } catch (Exception e) {
            mount.close();
            throw e;
        }
        return mount;
    }

    /** A small file system in memory, with sizes such as 4m. */
    public static TestMount tmpfs(Path folder, String size) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Command.run("mount", "-t", "tmpfs", "-o", "size=" + size, "latest-image-test", folder.toString());
        return new TestMount(folder, null);
    }

    /** From here on every operation hangs. */
    public void stop() throws Exception {
        long pid = process().pid();
        Command.run("kill", "-STOP", String.valueOf(pid));
        Path status = Path.of("/proc", String.valueOf(pid), "status");
        Await.until(
                "stopped",
                Duration.ofSeconds(30),
                () -> Files.readString(status).contains("State:\tT"));
    }

    /** Those that hang go on. */
    public void resume() throws IOException, InterruptedException {
        Command.run("kill", "-CONT", String.valueOf(process().pid()));
    }

    /** From here on every operation fails at once: "transport endpoint is not connected". */
    public void kill() throws InterruptedException {
        process().destroyForcibly().waitFor();
    }

    public void remount(String option) throws IOException, InterruptedException {
        Command.run("mount", "-o", "remount," + option, folder.toString());
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
    public void unmount() throws IOException {
        try {
            if (bindfs != null) {
                bindfs.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
            }
            if (isMounted(folder)) {
                Command.run("umount", "-l", folder.toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("still mounted: " + folder, e);
        }
    }
}
