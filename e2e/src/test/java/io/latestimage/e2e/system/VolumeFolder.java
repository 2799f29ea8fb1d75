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
 * A volume, read as docs/volume-format.md describes it to an operator, without the service's code.
 *
 * @param path its folder
 */
record VolumeFolder(Path path) {
    private static final String MANIFEST = "latest";
    private static final Pattern RECORD = Pattern.compile("(?m)^\\{.*\"generation\":(\\d+)(?:,\"file\":\"([^\"]+)\")?");

    /** The manifest's bytes; none where there is no manifest yet. */
    byte[] manifest() throws IOException {
        Path manifest = path.resolve(MANIFEST);
        return Files.exists(manifest) ? Files.readAllBytes(manifest) : new byte[0];
    }

    /** Returns as soon as the manifest is another one than before, or about to be; after 2 s in any case. */
    void awaitChange(byte[] before) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (Arrays.equals(manifest(), before) && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** The image's bytes. */
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

    /** The name of the image's file, as the manifest has it; empty where there is no image. */
    private Optional<String> imageFile() throws IOException {
        return RECORD.matcher(new String(manifest(), ISO_8859_1))
                .results()
                .max(Comparator.comparingLong((MatchResult record) -> Long.parseLong(record.group(1))))
                .map(record -> record.group(2));
    }
}
