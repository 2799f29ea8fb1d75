package io.latestimage.image;

/**
 * Describes one version of the image, without its bytes.
 *
 * @param format according to the first bytes
 * @param size in bytes, at least 1
 * @param sha256 of its bytes, 64 lower-case hexadecimal digits
 */
public record ImageVersion(ImageFormat format, long size, String sha256) {}
