package io.latestimage.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why the storage did not do what it was asked. */
public abstract sealed class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    private StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The storage failed or missed its deadline; nothing has changed. */
    public static final class Unavailable extends StorageException {
        private static final long serialVersionUID = 1L;

        Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** There is no space left for the upload; nothing has changed. */
    public static final class Full extends StorageException {
        private static final long serialVersionUID = 1L;

        Full(Throwable cause) {
            super("no space left on the volume", cause);
        }
    }

    /** As many uploads as allowed are under way; nothing has changed. */
    public static final class Busy extends StorageException {
        private static final long serialVersionUID = 1L;

        Busy() {
            super("as many uploads as allowed are under way", null);
        }
    }

    /** The storage failed in the very step that replaces the image: it may have happened, or may yet happen. */
    public static final class OutcomeUnknown extends StorageException {
        private static final long serialVersionUID = 1L;

        OutcomeUnknown(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
