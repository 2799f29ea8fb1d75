package io.latestimage.e2e;

/** How a request ended. */
public enum Outcome {
    /** The download returned an uploaded image, byte for byte, or the upload was acknowledged. */
    DONE,
    /** The download returned an uploaded image, but is marked as possibly outdated, because the storage is out. */
    STALE,
    /** The service answered that it rejected the upload. */
    REJECTED,
    /** The service answered 412: it has another image than the one to replace. The upload did not take effect. */
    OUTDATED,
    /** The service answered that it does not know whether the upload took effect. */
    UNCERTAIN,
    /** Any other unexpected status. */
    STATUS,
    /** The answer is not HTTP, or its bytes or its version are not those of an uploaded image. */
    WRONG,
    /** The client could not connect. */
    REFUSED,
    /** The server closed the connection in order before the first byte of an answer, such as an idle one. */
    CLOSED,
    /** The connection was reset before the first byte of an answer. */
    RESET,
    /** The connection ended within an answer. */
    CUT,
    /** No byte was received for as long as the client waits. */
    TIMEOUT;

    /** Whether a killed process explains this outcome. */
    public boolean isLostConnection() {
        return this == REFUSED || this == CLOSED || this == RESET || this == CUT;
    }
}
