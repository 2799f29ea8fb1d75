package io.latestimage.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the page, as it is and compressed.
 *
 * @param mediaType the value of Content-Type
 */
record PageFile(String mediaType, Content plain, Content gzip) {
    /**
     * The bytes that are sent. Compressed ones have an entity tag of their own, because a strong tag names bytes (RFC
     * 9110, section 8.8.3.3).
     *
     * @param tag their SHA-256, the opaque part of the tag
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Content(byte[] bytes, String tag) {
        private static Content of(byte[] bytes) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
                return new Content(bytes, HexFormat.of().formatHex(hash));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java platform has SHA-256", e);
            }
        }
    }

    /** Reads a file of the folder {@code page} beside this class. */
    static PageFile read(String name, String mediaType) {
        try (InputStream in = Objects.requireNonNull(PageFile.class.getResourceAsStream("page/" + name), name)) {
            byte[] bytes = in.readAllBytes();
            return new PageFile(mediaType, Content.of(bytes), Content.of(compress(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] compress(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        }
        return compressed.toByteArray();
    }
}
