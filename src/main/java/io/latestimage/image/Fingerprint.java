package io.latestimage.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Counts and hashes an image that passes by, and keeps its first bytes to tell the format. */
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

    /** Takes all the remaining bytes of the buffer. */
    public void update(ByteBuffer bytes) {
        size += bytes.remaining();
        for (int at = bytes.position(); at < bytes.limit() && prefix.size() < ImageFormat.PREFIX_SIZE; at++) {
            prefix.write(bytes.get(at));
        }
        sha256.update(bytes);
    }

    /** How many bytes have passed. */
    public long size() {
        return size;
    }

    /** What the bytes so far announce; certain once {@link ImageFormat#PREFIX_SIZE} have passed, or all. */
    public Optional<ImageFormat> format() {
        return ImageFormat.detect(prefix.toByteArray());
    }

    /** Ends the hash. */
    public Optional<ImageVersion> finish() {
        String hash = hash();
        return format().map(format -> new ImageVersion(format, size, hash));
    }

    private String hash() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
