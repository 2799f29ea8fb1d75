package io.latestimage.store;

import io.latestimage.image.ImageFormat;

/** The store does not take this upload; the image before it stays. */
public final class RejectedImageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with it. */
    public enum Reason {
        /** It has no bytes. */
        EMPTY,
        /** It has more bytes than allowed. */
        TOO_LARGE,
        /** Its first bytes are of no known {@link ImageFormat}. */
        UNKNOWN_FORMAT,
        /** The condition on the image before it does not hold. */
        CONDITION_FAILED
    }

    private final Reason reason;

    RejectedImageException(Reason reason) {
        super(reason.name());
        this.reason = reason;
    }

    /** What is wrong with it. */
    public Reason reason() {
        return reason;
    }
}
