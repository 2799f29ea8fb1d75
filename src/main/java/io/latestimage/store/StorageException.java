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

    /** The volume is mounted read-only; nothing has changed. */
    public static final class ReadOnly extends StorageException {
        private static final long serialVersionUID = 1L;

        ReadOnly(Throwable cause) {
            super("the volume is read-only", cause);
        }
    }

    /** The user of this process has no right to write to the volume; nothing has changed. */
    public static final class NotPermitted extends StorageException {
        private static final long serialVersionUID = 1L;

        NotPermitted(Throwable cause) {
            super("the volume may not be written to", cause);
        }
    }

    /** The volume has no locks; nothing has changed. */
    public static final class WithoutLocks extends StorageException {
        private static final long serialVersionUID = 1L;

        WithoutLocks(Throwable cause) {
            super("the volume has no locks", cause);
        }
    }

    /** This replica lacks something of its own; nothing has changed. */
    public static final class ReplicaFault extends StorageException {
        private static final long serialVersionUID = 1L;

        ReplicaFault(String message, Throwable cause) {
            super(message, cause);
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

    /** What an operation that changed nothing failed with. */
    static StorageException of(IOException e) {
        return switch (Errno.of(e).orElse(Errno.EIO)) {
            case ENOSPC, EDQUOT -> new Full(e);
            case EROFS -> new ReadOnly(e);
            case EACCES, EPERM -> new NotPermitted(e);
            case ENOLCK -> new WithoutLocks(e);
            case EMFILE, ENFILE -> new ReplicaFault("no file descriptors are left", e);
            default -> new Unavailable("the volume failed: " + e, e);
        };
    }
}
