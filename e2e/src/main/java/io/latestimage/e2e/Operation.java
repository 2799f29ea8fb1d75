package io.latestimage.e2e;

/** The kinds of request. */
public enum Operation {
    /** {@code GET /image}. */
    DOWNLOAD,
    /** Any {@link UploadWay}. */
    UPLOAD
}
