package io.latestimage.store;

import static java.util.Objects.requireNonNull;

import io.latestimage.image.ImageFormat;
import java.io.IOException;
import java.io.InputStream;

/** The images among the test resources, created by real encoders. Their README says how. */
public enum Fixture {
    JPEG("photo.jpg", ImageFormat.JPEG),
    PNG("photo.png", ImageFormat.PNG),
    GIF("photo.gif", ImageFormat.GIF),
    GIF_87A("photo-87a.gif", ImageFormat.GIF),
    WEBP("photo.webp", ImageFormat.WEBP),
    WEBP_LOSSLESS("photo-lossless.webp", ImageFormat.WEBP),
    WEBP_ANIMATED("photo-animated.webp", ImageFormat.WEBP),
    AVIF("photo.avif", ImageFormat.AVIF),
    HEIC("photo.heic", ImageFormat.HEIC),
    JPEG_XL("photo.jxl", ImageFormat.JPEG_XL),
    JPEG_XL_CONTAINER("photo-container.jxl", ImageFormat.JPEG_XL),
    BMP("photo.bmp", ImageFormat.BMP),
    BMP_OS2("photo-os2.bmp", ImageFormat.BMP),
    BMP_V5("photo-v5.bmp", ImageFormat.BMP),
    TIFF("photo.tiff", ImageFormat.TIFF),
    TIFF_BIG_ENDIAN("photo-big-endian.tiff", ImageFormat.TIFF),
    BIG_TIFF("photo-bigtiff.tiff", ImageFormat.TIFF),
    ICO("photo.ico", ImageFormat.ICO);

    private final String file;
    private final ImageFormat format;

    Fixture(String file, ImageFormat format) {
        this.file = file;
        this.format = format;
    }

    /** The format of the image. */
    public ImageFormat format() {
        return format;
    }

    /** The bytes of the file. */
    public byte[] bytes() throws IOException {
        try (InputStream in = requireNonNull(Fixture.class.getResourceAsStream("/images/" + file))) {
            return in.readAllBytes();
        }
    }
}
