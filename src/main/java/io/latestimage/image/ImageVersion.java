package io.latestimage.image;

/**
 * One version of the image: everything about it but its bytes.
 *
 * @param format by its first bytes
 * @param size in bytes, at least 1
 * @param sha256 of its bytes, 64 lower-case hexadecimal digits
 */
public record ImageVersion(ImageFormat format, long size, String sha256) {}
