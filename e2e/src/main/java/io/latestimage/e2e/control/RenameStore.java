package io.latestimage.e2e.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Replaces the image by renaming a file, again and again, while a reader has the old image open. */
public final class RenameStore {
    private RenameStore() {}

    /**
     * Runs until it is killed. Prints a line for each upload that it acknowledges.
     *
     * @param args the folder for the images
     */
    public static void main(String[] args) throws IOException {
        Path image = Path.of(args[0], "image");
        for (long number = 1; ; number++) {
            Path temporary = Path.of(args[0], "upload-" + number);
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                ByteBuffer bytes =
                        ByteBuffer.wrap("image %d%n".formatted(number).getBytes(UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            if (Files.exists(image)) {
                try (FileChannel reader = FileChannel.open(image, StandardOpenOption.READ)) {
                    Files.move(temporary, image, StandardCopyOption.ATOMIC_MOVE);
                    reader.size();
                }
            } else {
                Files.move(temporary, image, StandardCopyOption.ATOMIC_MOVE);
            }
            System.out.println("acknowledged " + number);
        }
    }
}
