package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a volume by its description for operators, docs/volume-format.md, without the service's code.
 *
 * @param path the folder of the volume
 */
record VolumeFolder(Path path) {
    private static final String MANIFEST = "latest";
    private static final Pattern RECORD = Pattern.compile("(?m)^\\{.*\"generation\":(\\d+)(?:,\"file\":\"([^\"]+)\")?");

    /** The bytes of the manifest; empty if there is no manifest yet. */
    byte[] manifest() throws IOException {
        Path manifest = path.resolve(MANIFEST);
        return Files.exists(manifest) ? Files.readAllBytes(manifest) : new byte[0];
    }

    /** Waits until the manifest differs from these bytes, for at most 2 s. */
    void awaitChange(byte[] before) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (Arrays.equals(manifest(), before) && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** The bytes of the image. */
    byte[] image() throws IOException {
        return Files.readAllBytes(path.resolve(imageFile().orElseThrow()));
    }

    /** The names of all files except manifest and image: uploads in progress, and files that should not exist. */
    List<String> others() throws IOException {
        String image = imageFile().orElse("");
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(MANIFEST) && !name.equals(image))
                    .sorted()
                    .toList();
        }
    }

    /** The name of the image file according to the manifest; empty if there is no image. */
    private Optional<String> imageFile() throws IOException {
        return RECORD.matcher(new String(manifest(), ISO_8859_1))
                .results()
                .max(Comparator.comparingLong((MatchResult record) -> Long.parseLong(record.group(1))))
                .map(record -> record.group(2));
    }
}
