package io.latestimage.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.latestimage.image.ImageFormat;
import io.latestimage.image.ImageVersion;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * One of the two records of the {@link Manifest}: the result of one publication. On the volume it is a line of JSON,
 * padded with spaces to {@value #SIZE} bytes; docs/volume-format.md describes its fields.
 */
sealed interface ManifestRecord {
    /** The size of a record in bytes, including the line end. */
    int SIZE = 512;

    /** The format that docs/volume-format.md describes. */
    int FORMAT = 1;

    /** Counts publications, from 1. */
    long generation();

    /** When the record was published, in whole milliseconds; never earlier than the previous generation. */
    Instant published();

    /**
     * The date of the version in HTTP: a whole second that no other version has
     * (docs/decisions/0012-last-modified-names-one-version.md).
     */
    Instant modified();

    /** The JSON of the record, without the check sum and the closing brace. */
    String json();

    /**
     * There is an image.
     *
     * @param file its name on the volume
     */
    record Image(long generation, String file, ImageVersion version, Instant published, Instant modified)
            implements ManifestRecord {
        @Override
        public String json() {
            return "{\"format\":%d,\"generation\":%d,\"file\":\"%s\",\"type\":\"%s\",\"size\":%d,\"sha256\":\"%s\",%s"
                    .formatted(
                            FORMAT,
                            generation,
                            file,
                            version.format().mediaType(),
                            version.size(),
                            version.sha256(),
                            dates(this));
        }
    }

    /** The image was deleted. */
    record Deleted(long generation, Instant published, Instant modified) implements ManifestRecord {
        @Override
        public String json() {
            return "{\"format\":%d,\"generation\":%d,\"deleted\":true,%s".formatted(FORMAT, generation, dates(this));
        }
    }

    private static String dates(ManifestRecord record) {
        return "\"published\":\"%s\",\"modified\":\"%s\"".formatted(record.published(), record.modified());
    }

    /** The {@value #SIZE} bytes of the record. */
    default byte[] bytes() {
        String json = json();
        byte[] bytes = new byte[SIZE];
        Arrays.fill(bytes, (byte) ' ');
        byte[] line = "%s,\"crc\":\"%s\"}".formatted(json, checkSum(json)).getBytes(ISO_8859_1);
        System.arraycopy(line, 0, bytes, 0, line.length);
        bytes[SIZE - 1] = '\n';
        return bytes;
    }

    /**
     * Parses the bytes of a record.
     *
     * @return empty if they are no complete record: it was never written, or the write was cut off
     * @throws Manifest.UnusableException if they are a complete record that this version does not understand
     */
    static Optional<ManifestRecord> parse(byte[] bytes) throws Manifest.UnusableException {
        String text = new String(bytes, ISO_8859_1);
        Matcher matcher = Syntax.RECORD.matcher(text);
        if (!matcher.matches() || !checkSum(matcher.group("json")).equals(matcher.group("crc"))) {
            return Optional.empty();
        }
        try {
            boolean known = Integer.parseInt(matcher.group("format")) == FORMAT;
            Optional<ManifestRecord> record = known
                    ? parse(Long.parseLong(matcher.group("generation")), matcher.group("rest"))
                    : Optional.empty();
            if (record.isPresent()) {
                return record;
            }
        } catch (DateTimeException e) {
            throw new Manifest.UnusableException(
                    "the file %s has a record with an invalid date, %s; repair it as docs/volume-format.md describes"
                            .formatted(Volume.MANIFEST, e.getMessage()));
        }
        throw new Manifest.UnusableException(
                "the file %s was written by a newer version of latest-image; upgrade this one"
                        .formatted(Volume.MANIFEST));
    }

    private static Optional<ManifestRecord> parse(long generation, String rest) {
        Matcher image = Syntax.IMAGE.matcher(rest);
        if (image.matches()) {
            return ImageFormat.of(image.group("type"))
                    .map(type -> new Image(
                            generation,
                            image.group("file"),
                            new ImageVersion(type, Long.parseLong(image.group("size")), image.group("sha256")),
                            Instant.parse(image.group("published")),
                            Instant.parse(image.group("modified"))));
        }
        Matcher deleted = Syntax.DELETED.matcher(rest);
        return deleted.matches()
                ? Optional.of(new Deleted(
                        generation,
                        Instant.parse(deleted.group("published")),
                        Instant.parse(deleted.group("modified"))))
                : Optional.empty();
    }

    /** The publication time of a version that is published now, given the previous record. */
    static Instant publishedAfter(Optional<ManifestRecord> before, Instant now) {
        Instant earliest = before.map(ManifestRecord::published).orElse(now);
        return (earliest.isAfter(now) ? earliest : now).truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * The first whole second after the publication, but in any case a later one than that of the previous version. So
     * an image with this date or a later one is this version or a later one.
     */
    static Instant modifiedAfter(Optional<ManifestRecord> before, Instant published) {
        Instant earliest = before.map(ManifestRecord::modified).orElse(published);
        return (earliest.isAfter(published) ? earliest : published)
                .truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1);
    }

    private static String checkSum(String json) {
        CRC32 crc = new CRC32();
        crc.update(json.getBytes(ISO_8859_1));
        return HexFormat.of().toHexDigits(crc.getValue(), 8);
    }

    /** Records have exactly one syntax, so no general JSON parser is needed. */
    final class Syntax {
        private static final String NUMBER = "[0-9]{1,18}";
        private static final String DATES =
                "\"published\":\"(?<published>[0-9TZ:.-]+)\",\"modified\":\"(?<modified>[0-9TZ:.-]+)\"";
        static final Pattern RECORD =
                Pattern.compile("(?<json>\\{\"format\":(?<format>[0-9]{1,9}),\"generation\":(?<generation>" + NUMBER
                        + "),(?<rest>.*)),\"crc\":\"(?<crc>[0-9a-f]{8})\"} *\n");
        static final Pattern IMAGE = Pattern.compile(
                "\"file\":\"(?<file>[A-Za-z0-9.-]+)\",\"type\":\"(?<type>[a-z0-9./+-]+)\",\"size\":(?<size>" + NUMBER
                        + "),\"sha256\":\"(?<sha256>[0-9a-f]{64})\"," + DATES);
        static final Pattern DELETED = Pattern.compile("\"deleted\":true," + DATES);

        private Syntax() {}
    }
}
