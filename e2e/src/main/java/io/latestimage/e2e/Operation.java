package io.latestimage.e2e;

/** What a request does. */
public enum Operation {
    /** {@code GET /image}. */
    DOWNLOAD,
    /** {@code POST /upload}. */
    UPLOAD
}
