package io.latestimage.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.store.Fixture;
import java.util.Arrays;
import org.apache.tika.Tika;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFormatTest {
    /** The number of first bytes that each format needs. With fewer bytes, another format would be possible. */
    private static int needed(Fixture fixture) {
        return switch (fixture) {
            case JPEG -> 3;
            case PNG -> 8;
            case GIF, GIF_87A -> 6;
            case WEBP, WEBP_LOSSLESS, WEBP_ANIMATED -> 15;
            case AVIF, HEIC, JPEG_XL_CONTAINER -> 12;
            case JPEG_XL -> 2;
            case BMP, BMP_OS2, BMP_V5 -> 26;
            case TIFF, TIFF_BIG_ENDIAN -> 4;
            case BIG_TIFF -> 8;
            case ICO -> 22;
        };
    }

    @ParameterizedTest
    @EnumSource
    void detectsWhatRealEncodersWrite(Fixture fixture) throws Exception {
        assertThat(ImageFormat.detect(prefix(fixture, ImageFormat.PREFIX_SIZE))).contains(fixture.format());
    }

    @Test
    void hasAFixtureOfEveryFormat() {
        assertThat(Arrays.stream(Fixture.values()).map(Fixture::format)).contains(ImageFormat.values());
    }

    /** A second opinion. Tika 3.3 does not know two variants: the oldest BMP, and BigTIFF in this byte order. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"BMP_OS2", "BIG_TIFF"})
    void agreesWithTika(Fixture fixture) throws Exception {
        assertThat(new Tika().detect(fixture.bytes()))
                .isEqualTo(fixture.format().mediaType());
    }

    @ParameterizedTest
    @EnumSource
    void detectsNothingInTooFewBytes(Fixture fixture) throws Exception {
        for (int length = 0; length < needed(fixture); length++) {
            assertThat(ImageFormat.detect(prefix(fixture, length)))
                    .as("the first %d bytes", length)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void needsNoMoreThanItsSignature(Fixture fixture) throws Exception {
        for (int length = needed(fixture); length <= ImageFormat.PREFIX_SIZE; length++) {
            assertThat(ImageFormat.detect(prefix(fixture, length)))
                    .as("the first %d bytes", length)
                    .contains(fixture.format());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\0",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                "<!DOCTYPE html><html></html>",
                "PK\u0003\u0004\u0014\0\0\0\b\0",
                "%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n",
                "BM: the abbreviation of bitmap, and how many a text begins",
                "BMW",
                "GIF88a, which never was",
                "RIFF$\0\0\0WAVEfmt \u0010\0\0\0",
                "RIFF$\0\0\0WEBPXXXX",
                "II, the second",
                "MM, sweets",
                "\0\0\u0001\0\0\0 an icon file without icons",
                "\0\0\u0002\0\u0001\0 a cursor, which is an icon but for one byte",
                "\u007fELF\u0002\u0001\u0001",
                "#!/bin/sh",
                " \u0089PNG\r\n\u001a\n",
                "PNG\r\n\u001a\n",
            })
    void detectsNothingElse(String text) {
        assertThat(ImageFormat.detect(text.getBytes(ISO_8859_1))).isEmpty();
    }

    /** The box's size, its major brand, a version, and its compatible brands. */
    @ParameterizedTest
    @CsvSource({
        "avif, mif1 miaf,      AVIF",
        "avis, msf1,           AVIF",
        "mif1, miaf avif MA1B, AVIF",
        "heic, mif1,           HEIC",
        "heix, mif1,           HEIC",
        "mif1, mif1 heic,      HEIC",
        "msf1, hevc,           HEIC",
        "isom, iso2 avc1 mp41,",
        "mp42, isom,",
        "M4A , isom,",
        "qt  , '',",
        "mif1, miaf,",
        "jpgc, isom,",
    })
    void detectsTheBrandsOfAnIsoFile(String major, String compatible, ImageFormat expected) {
        assertThat(ImageFormat.detect(isoFile(major, compatible).getBytes(ISO_8859_1))
                        .orElse(null))
                .isEqualTo(expected);
    }

    @Test
    void ignoresBrandsOutsideOfTheirBox() {
        assertThat(ImageFormat.detect((isoFile("isom", "mp41") + "avif").getBytes(ISO_8859_1)))
                .isEmpty();
    }

    private static String isoFile(String major, String compatible) {
        String brands = "%-4s\0\0\0\0%s".formatted(major, compatible.replace(" ", ""));
        return "\0\0\0" + (char) (8 + brands.length()) + "ftyp" + brands;
    }

    private static byte[] prefix(Fixture fixture, int length) throws Exception {
        byte[] bytes = fixture.bytes();
        return Arrays.copyOf(bytes, Math.min(length, bytes.length));
    }
}
