package io.latestimage.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Computes size, format and SHA-256 of an image while it is copied. Keeps only its first bytes. */
public final class Fingerprint {
    private final MessageDigest sha256;
    private final ByteArrayOutputStream prefix = new ByteArrayOutputStream(ImageFormat.PREFIX_SIZE);
    private long size;

    public Fingerprint() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Adds all remaining bytes of the buffer. */
    public void update(ByteBuffer bytes) {
        size += bytes.remaining();
        for (int at = bytes.position(); at < bytes.limit() && prefix.size() < ImageFormat.PREFIX_SIZE; at++) {
            prefix.write(bytes.get(at));
        }
        sha256.update(bytes);
    }

    /** The number of bytes so far. */
    public long size() {
        return size;
    }

    /**
     * The format according to the bytes so far. It is certain after {@link ImageFormat#PREFIX_SIZE} bytes or the whole
     * image.
     */
    public Optional<ImageFormat> format() {
        return ImageFormat.detect(prefix.toByteArray());
    }

    /**
     * Completes the hash. Call it once, after the last byte.
     *
     * @return empty if the format is unknown
     */
    public Optional<ImageVersion> finish() {
        String hash = hash();
        return format().map(format -> new ImageVersion(format, size, hash));
    }

    private String hash() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
