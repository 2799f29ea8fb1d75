package io.latestimage.e2e.control;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** Waits for the lock of a file in the system call ({@code F_SETLKW}), and holds it until another file exists. */
public final class BlockingLock {
    private static final long POLL_MILLIS = 20;

    private BlockingLock() {}

    /**
     * Prints when it waits, holds the lock, and has released it.
     *
     * @param args the file to lock, and the file whose existence ends the program
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path release = Path.of(args[1]);
        try (FileChannel channel =
                FileChannel.open(Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            System.out.println("waits");
            try (FileLock lock = channel.lock()) {
                System.out.println("held " + lock.isValid());
                while (!Files.exists(release)) {
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
            }
        }
        System.out.println("released");
    }
}
