package io.latestimage.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Provokes system errors. Prints for each the number that was recognized, and the message of the JDK. */
final class ErrnoMain {
    private ErrnoMain() {}

    public static void main(String[] args) {
        try (FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
            full.write(ByteBuffer.allocate(1));
        } catch (IOException e) {
            print(e);
        }
        if (args.length > 0) {
            print(openTooMany());
        }
    }

    private static IOException openTooMany() {
        List<FileChannel> open = new ArrayList<>();
        try {
            while (true) {
                open.add(FileChannel.open(Path.of("/dev/null")));
            }
        } catch (IOException e) {
            for (int i = 0;
                    i < Math.min(20, open.size());
                    i++) { // to classify an error, classes must be loaded, which needs descriptors
                close(open.get(i));
            }
            return e;
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(IOException e) {
        System.out.println(Errno.of(e).map(Errno::name).orElse("unknown") + ": " + e.getMessage());
    }
}
