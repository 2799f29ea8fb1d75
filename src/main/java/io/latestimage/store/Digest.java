package io.latestimage.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Counts and hashes an image that passes by, and keeps its first bytes to tell the format. */
final class Digest {
    private static final int BUFFER_SIZE = 64 * 1024;

    private final MessageDigest sha256;
    private final ByteArrayOutputStream prefix = new ByteArrayOutputStream(ImageFormat.PREFIX_SIZE);
    private long size;

    Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** What the rest of a file is; empty where it is not an image of a known format. */
    static Optional<ImageVersion> read(VolumeFile file) throws IOException {
        Digest digest = new Digest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
        while (file.read(buffer) > 0) {
            digest.update(buffer.flip());
            buffer.clear();
        }
        return digest.finish();
    }

    /** Takes all the remaining bytes of the buffer. */
    void update(ByteBuffer bytes) {
        size += bytes.remaining();
        for (int at = bytes.position(); at < bytes.limit() && prefix.size() < ImageFormat.PREFIX_SIZE; at++) {
            prefix.write(bytes.get(at));
        }
        sha256.update(bytes);
    }

    /** How many bytes have passed. */
    long size() {
        return size;
    }

    /** What the bytes so far announce; certain once {@link ImageFormat#PREFIX_SIZE} have passed, or all. */
    Optional<ImageFormat> format() {
        return ImageFormat.detect(prefix.toByteArray());
    }

    /** Ends the hash. */
    Optional<ImageVersion> finish() {
        String hash = hash();
        return format().map(format -> new ImageVersion(format, size, hash));
    }

    private String hash() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
