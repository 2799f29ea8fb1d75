package io.latestimage.e2e.system;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real mount that a test can make hang, fail or fill up. Closing it unmounts it, whatever its state is. */
public final class TestMount implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path folder;
    private final @Nullable Process bindfs;

    private TestMount(Path folder, @Nullable Process bindfs) {
        this.folder = folder;
        this.bindfs = bindfs;
    }

    /**
     * Mounts one folder at another with bindfs. The bindfs process stands in for a file server.
     *
     * @param source the folder with the files
     * @param folder where they are mounted
     */
    static TestMount bindfs(Path source, Path folder) throws Exception {
        Files.createDirectories(source);
        Files.createDirectories(folder);
        Process process = new ProcessBuilder("bindfs", "-f", source.toString(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        TestMount mount = new TestMount(folder, process);
        try {
            Await.until("bindfs has mounted " + folder, PATIENCE, () -> isMounted(folder));
        } catch (Exception e) {
            mount.close();
            throw e;
        }
        return mount;
    }

    /**
     * Mounts a small file system in memory.
     *
     * @param size in the notation of {@code mount -t tmpfs}, such as 4m
     */
    static TestMount tmpfs(Path folder, String size) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Command.of("mount", "-t", "tmpfs", "-o", "size=" + size, "latest-image-test", folder.toString())
                .run();
        return new TestMount(folder, null);
    }

    /** Stops the bindfs process: from now on, every operation hangs. */
    public void stop() throws Exception {
        long pid = process().pid();
        Command.of("kill", "-STOP", String.valueOf(pid)).run();
        Path status = Path.of("/proc", String.valueOf(pid), "status");
        Await.until(
                "bindfs has stopped", PATIENCE, () -> Files.readString(status).contains("State:\tT"));
    }

    /** Continues the bindfs process: operations that hang continue. */
    public void resume() throws IOException, InterruptedException {
        Command.of("kill", "-CONT", String.valueOf(process().pid())).run();
    }

    /** Kills the bindfs process: from now on, every operation fails immediately with ENOTCONN. */
    void kill() throws InterruptedException {
        process().destroyForcibly().waitFor();
    }

    void remount(String option) throws IOException, InterruptedException {
        Command.of("mount", "-o", "remount," + option, folder.toString()).run();
    }

    private Process process() {
        if (bindfs == null) {
            throw new IllegalStateException(
                    folder + " is a tmpfs: no process serves it that could be stopped or killed");
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

    /** Unmounts the folder. Ends the bindfs process first, so that operations that hang fail. */
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
            throw new IOException("interrupted while unmounting " + folder, e);
        }
    }
}
