package io.latestimage.e2e.browser;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * An image that a browser can show, as PNG. Tests recognize an image in the page by its size, so each image of a test
 * has a size of its own.
 *
 * @param width in pixels
 * @param height in pixels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Photo(int width, int height, byte[] bytes) {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    /** Eight bits for each of red, green and blue; the default compression and filter; not interlaced. */
    private static final byte[] TRUE_COLOR = {8, 2, 0, 0, 0};

    /** Computes the color of a pixel, as 0xRRGGBB. */
    @FunctionalInterface
    private interface Painter {
        int colorAt(int x, int y);
    }

    /** Draws an evening with hills. It compresses well: about 20 kB for a million pixels. */
    static Photo landscape(int width, int height) {
        return paint(width, height, Deflater.DEFAULT_COMPRESSION, (x, y) -> {
            double across = (double) x / width;
            double down = (double) y / height;
            if (down > 0.78 + 0.05 * Math.sin(across * 9 + 2)) {
                return 0x1d3226;
            } else if (down > 0.64 + 0.07 * Math.sin(across * 5)) {
                return 0x35594a;
            }
            double sun = Math.hypot((across - 0.7) * width, (down - 0.42) * height) / height;
            return sun < 0.08 ? 0xffe9b0 : mix(0x27496d, 0xf2b37a, Math.min(1, down / 0.7));
        });
    }

    /** Draws noise, which cannot be compressed: three bytes for each pixel. */
    static Photo noise(int width, int height) {
        SplittableRandom random = new SplittableRandom(width);
        return paint(width, height, Deflater.NO_COMPRESSION, (_, _) -> random.nextInt(0x1000000));
    }

    /** The size as the page's observer reports it, such as {@code 640x480}. */
    String size() {
        return width + "x" + height;
    }

    private static int mix(int from, int to, double share) {
        int color = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int start = (from >> shift) & 0xff;
            int end = (to >> shift) & 0xff;
            color |= (int) Math.round(start + (end - start) * share) << shift;
        }
        return color;
    }

    private static Photo paint(int width, int height, int compression, Painter painter) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(8 + TRUE_COLOR.length);
        writeChunk(
                png, "IHDR", header.putInt(width).putInt(height).put(TRUE_COLOR).array());
        writeChunk(png, "IDAT", compressed(rows(width, height, painter), compression));
        writeChunk(png, "IEND", new byte[0]);
        return new Photo(width, height, png.toByteArray());
    }

    /** The pixels row by row. Each row begins with the number of its filter, which is 0 for none. */
    private static byte[] rows(int width, int height, Painter painter) {
        ByteBuffer rows = ByteBuffer.allocate(height * (1 + 3 * width));
        for (int y = 0; y < height; y++) {
            rows.put((byte) 0);
            for (int x = 0; x < width; x++) {
                int color = painter.colorAt(x, y);
                rows.put((byte) (color >> 16)).put((byte) (color >> 8)).put((byte) color);
            }
        }
        return rows.array();
    }

    private static byte[] compressed(byte[] bytes, int compression) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(compression);
        try (DeflaterOutputStream zlib = new DeflaterOutputStream(data, deflater)) {
            zlib.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return data.toByteArray();
    }

    private static void writeChunk(ByteArrayOutputStream png, String type, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(US_ASCII));
        crc.update(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(type.getBytes(US_ASCII));
        png.writeBytes(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
