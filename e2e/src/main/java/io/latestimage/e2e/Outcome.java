package io.latestimage.e2e;

/** How a request ended. */
public enum Outcome {
    /** The whole image, byte for byte as it was uploaded, or an upload that was acknowledged. */
    DONE,
    /** The same, of a download that is marked as possibly outdated because the storage is out. */
    STALE,
    /** The service itself says that it did not take the upload. */
    REJECTED,
    /** The service itself says that the image is not the one that the request was to replace; nothing happened. */
    OUTDATED,
    /** The service itself says that it does not know whether it took the upload. */
    UNCERTAIN,
    /** Any other status than it should be. */
    STATUS,
    /** Other bytes than were uploaded, or what nobody uploaded. */
    WRONG,
    /** No connection. */
    REFUSED,
    /** The connection ended in order before the first byte of an answer; on one kept alive, while nothing was asked. */
    CLOSED,
    /** The connection was reset before the first byte of an answer. */
    RESET,
    /** The connection ended in the middle of an answer. */
    CUT,
    /** No answer for a very long time. */
    TIMEOUT;

    /** Whether a process that dies at once explains it. */
    public boolean isLostConnection() {
        return this == REFUSED || this == CLOSED || this == RESET || this == CUT;
    }
}
