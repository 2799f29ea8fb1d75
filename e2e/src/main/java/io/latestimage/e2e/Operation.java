package io.latestimage.e2e;

/** The kinds of request. */
public enum Operation {
    /** {@code GET /image}. */
    DOWNLOAD,
    /** {@code POST /upload}. */
    UPLOAD
}
