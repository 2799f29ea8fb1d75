package io.latestimage.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The accepted image formats, recognised by their first bytes alone. File names and declared media types are ignored,
 * and images are never decoded. SVG is not accepted, because it can contain scripts.
 */
public enum ImageFormat {
    /** ISO/IEC 10918-1, annex B: start of image, then a marker. */
    JPEG("image/jpeg", "jpg"),
    /** W3C PNG, section 5.2. */
    PNG("image/png", "png"),
    /** GIF87a and GIF89a, section 17. */
    GIF("image/gif", "gif"),
    /** RFC 9649, section 2.4. */
    WEBP("image/webp", "webp"),
    /** AV1 Image File Format, section 6: brands "avif" and "avis". */
    AVIF("image/avif", "avif"),
    /** ISO/IEC 23008-12, annex B: the brands of HEVC-coded images. */
    HEIC("image/heic", "heic"),
    /** ISO/IEC 18181: a bare codestream, or the container's signature box. */
    JPEG_XL("image/jxl", "jxl"),
    /** BITMAPFILEHEADER followed by one of the known sizes of a DIB header. */
    BMP("image/bmp", "bmp"),
    /** TIFF 6.0, section 2, and BigTIFF, in either byte order. */
    TIFF("image/tiff", "tiff"),
    /** Windows icon: ICONDIR with at least one ICONDIRENTRY. */
    ICO("image/vnd.microsoft.icon", "ico");

    /** The number of first bytes that decide the format. If an image is shorter, all of its bytes do. */
    public static final int PREFIX_SIZE = 256;

    private static final Set<String> AVIF_BRANDS = Set.of("avif", "avis");
    private static final Set<String> HEIC_BRANDS =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");
    private static final Set<Integer> DIB_HEADER_SIZES = Set.of(12, 16, 40, 52, 56, 64, 108, 124);

    private final String mediaType;
    private final String extension;

    ImageFormat(String mediaType, String extension) {
        this.mediaType = mediaType;
        this.extension = extension;
    }

    /** The registered media type, such as {@code image/png}. */
    public String mediaType() {
        return mediaType;
    }

    /** The usual extension of file names, without the dot. */
    public String extension() {
        return extension;
    }

    /** The format that has this {@link #mediaType}. */
    public static Optional<ImageFormat> of(String mediaType) {
        return Arrays.stream(values())
                .filter(format -> format.mediaType.equals(mediaType))
                .findAny();
    }

    /**
     * The format of an image.
     *
     * @param prefix the first {@link #PREFIX_SIZE} bytes of the image, or the whole image
     * @return empty if the format is unknown
     */
    public static Optional<ImageFormat> detect(byte[] prefix) {
        String text = new String(prefix, ISO_8859_1);
        if (text.startsWith("\u00ff\u00d8\u00ff")) {
            return Optional.of(JPEG);
        } else if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
            return Optional.of(PNG);
        } else if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) {
            return Optional.of(GIF);
        } else if (text.startsWith("RIFF") && text.startsWith("WEBPVP8", 8)) {
            return Optional.of(WEBP);
        } else if (text.startsWith("ftyp", 4)) {
            return detectBrand(text);
        } else if (text.startsWith("\u00ff\n") || text.startsWith("\0\0\0\fJXL \r\n\u0087\n")) {
            return Optional.of(JPEG_XL);
        } else if (text.startsWith("II*\0")
                || text.startsWith("MM\0*")
                || text.startsWith("II+\0\b\0\0\0")
                || text.startsWith("MM\0+\0\b\0\0")) {
            return Optional.of(TIFF);
        } else if (isBitmap(text)) {
            return Optional.of(BMP);
        } else if (isIcon(text)) {
            return Optional.of(ICO);
        }
        return Optional.empty();
    }

    /** The ftyp box of ISO/IEC 14496-12, 4.3: size, "ftyp", major brand, version, compatible brands. */
    private static Optional<ImageFormat> detectBrand(String text) {
        long boxSize = littleEndian(new StringBuilder(text.substring(0, 4)).reverse(), 0, 4);
        int end = (int) Math.min(text.length(), boxSize);
        for (int at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) {
            String brand = text.substring(at, at + 4);
            if (AVIF_BRANDS.contains(brand)) {
                return Optional.of(AVIF);
            } else if (HEIC_BRANDS.contains(brand)) {
                return Optional.of(HEIC);
            }
        }
        return Optional.empty();
    }

    private static boolean isBitmap(String text) {
        return text.startsWith("BM")
                && text.length() >= 26
                && littleEndian(text, 10, 4) >= 26
                && DIB_HEADER_SIZES.contains((int) littleEndian(text, 14, 4));
    }

    private static boolean isIcon(String text) {
        return text.startsWith("\0\0\1\0")
                && text.length() >= 22
                && littleEndian(text, 4, 2) > 0
                && text.charAt(9) == 0
                && littleEndian(text, 14, 4) > 0
                && littleEndian(text, 18, 4) >= 22;
    }

    private static long littleEndian(CharSequence text, int offset, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | text.charAt(offset + i);
        }
        return value;
    }
}
