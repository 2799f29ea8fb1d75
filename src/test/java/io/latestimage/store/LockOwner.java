package io.latestimage.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Another process, which locks a file if it can and until this is closed. POSIX locks do not exclude threads of the
 * same process.
 */
record LockOwner(Process process, boolean hasLock) implements AutoCloseable {
    static LockOwner start(Path file) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home", ""), "bin", "java")
                                .toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path", ""),
                        LockMain.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new LockOwner(process, process.getInputStream().read() == '!');
    }

    /** Whether another process could lock a file now. */
    static boolean couldLock(Path file) throws IOException {
        try (LockOwner owner = start(file)) {
            return owner.hasLock();
        }
    }

    /** When this returns, the process has ended and its lock is released. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** What the process runs. */
    static final class LockMain {
        private LockMain() {}

        public static void main(String[] args) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                FileLock lock = channel.tryLock();
                System.out.print(lock == null ? '-' : '!');
                System.out.flush();
                int _ = System.in.read();
            }
        }
    }
}
