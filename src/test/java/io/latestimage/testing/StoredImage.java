package io.latestimage.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A volume, read as docs/volume-format.md describes it to an operator, without the service's code. */
public final class StoredImage {
    private static final String MANIFEST = "latest";

    private StoredImage() {}

    /** The name of the image's file according to the manifest; empty if there is no image. */
    public static Optional<String> file(Path volume) throws IOException {
        return record(volume)
                .filter(record -> !Boolean.TRUE.equals(record.get("deleted")))
                .map(record -> (String) value(record, "file"));
    }

    /** How many publications there have been: uploads and deletions. */
    public static long generation(Path volume) throws IOException {
        return record(volume).map(record -> (Long) value(record, "generation")).orElse(0L);
    }

    /** A time of the image's record. */
    public static Instant instant(Path volume, String key) throws IOException {
        return Instant.parse((String) value(record(volume).orElseThrow(), key));
    }

    private static Optional<Map<String, Object>> record(Path volume) throws IOException {
        return Files.readString(volume.resolve(MANIFEST), ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(FlatJson::parse)
                .max(Comparator.comparingLong(record -> (Long) value(record, "generation")));
    }

    private static Object value(Map<String, Object> record, String key) {
        Object value = record.get(key);
        if (value == null) {
            throw new AssertionError("no " + key + " in " + record);
        }
        return value;
    }

    /** The image's bytes. */
    public static byte[] read(Path volume) throws IOException {
        return Files.readAllBytes(volume.resolve(file(volume).orElseThrow()));
    }

    /**
     * The names of all files except the manifest and the image: uploads in progress, and files that should not exist.
     */
    public static List<String> others(Path volume) throws IOException {
        String image = Files.exists(volume.resolve(MANIFEST)) ? file(volume).orElse("") : "";
        try (Stream<Path> files = Files.list(volume)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(MANIFEST) && !name.equals(image))
                    .sorted()
                    .toList();
        }
    }
}
