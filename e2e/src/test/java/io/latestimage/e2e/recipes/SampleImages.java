package io.latestimage.e2e.recipes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The images in the folder in which the blocks of a page run. They are the same in each run, because the pages print
 * their sizes and their entity tags.
 */
final class SampleImages {
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0};
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /** Sizes in bytes, by the names of the files. */
    private static final Map<String, Integer> SIZES =
            Map.of("photo.jpg", 2048, "photo.png", 4096, "chart.png", 1024, "screen.png", 3072);

    private SampleImages() {}

    /**
     * The bytes of a sample image.
     *
     * @throws IllegalArgumentException if no sample has this name
     */
    static byte[] bytes(String name) {
        int size = SIZES.getOrDefault(name, 0);
        if (size == 0) {
            throw new IllegalArgumentException("expected one of " + SIZES.keySet() + ", got " + name);
        }
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31);
        }
        byte[] signature = name.endsWith(".png") ? PNG : JPEG;
        System.arraycopy(signature, 0, bytes, 0, signature.length);
        return bytes;
    }

    /** Writes all sample images to a folder. */
    static void writeTo(Path folder) throws IOException {
        for (String name : SIZES.keySet()) {
            Files.write(folder.resolve(name), bytes(name));
        }
    }
}
