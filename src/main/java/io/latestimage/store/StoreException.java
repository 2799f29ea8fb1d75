package io.latestimage.store;

import io.latestimage.store.StoreFailure.OutcomeUnknown;
import io.latestimage.store.StoreFailure.ReplicaFault;
import io.latestimage.store.StoreFailure.StorageFull;
import io.latestimage.store.StoreFailure.StorageNotPermitted;
import io.latestimage.store.StoreFailure.StorageReadOnly;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import io.latestimage.store.StoreFailure.StorageWithoutLocks;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Carries a {@link StoreFailure}. Its message is for the log. Inside the store, an {@link IOException} is what the
 * volume threw; this class alone decides which failure that is (docs/decisions/0016-storage-errors-by-errno.md).
 */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient StoreFailure failure;

    StoreException(StoreFailure failure, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.failure = failure;
    }

    StoreException(StoreFailure failure) {
        this(failure, failure.toString(), null);
    }

    /** What has failed. */
    public StoreFailure failure() {
        return failure;
    }

    /** An operation on the volume failed and changed nothing. */
    static StoreException ofVolume(IOException e) {
        return switch (Errno.of(e).orElse(Errno.EIO)) {
            case ENOSPC, EDQUOT -> new StoreException(new StorageFull(), e.toString(), e);
            case EROFS -> new StoreException(new StorageReadOnly(), e.toString(), e);
            case EACCES, EPERM -> new StoreException(new StorageNotPermitted(), e.toString(), e);
            case ENOLCK -> new StoreException(new StorageWithoutLocks(), e.toString(), e);
            case EMFILE, ENFILE -> ofFileDescriptors(e);
            case ENOMEM -> ofMemory(e);
            default -> new StoreException(new StorageUnavailable(), e.toString(), e);
        };
    }

    /** An operation on the volume missed its deadline and has changed nothing. */
    static StoreException ofMissedDeadline(@Nullable Throwable cause) {
        return new StoreException(new StorageUnavailable(), "the volume missed its deadline", cause);
    }

    /** The volume failed in the step that replaces the image. */
    static StoreException ofUnknownOutcome(Throwable cause) {
        return new StoreException(new OutcomeUnknown(), "the volume failed while the image was being replaced", cause);
    }

    /**
     * An operation on the spool failed.
     *
     * @param directory the folder of the spool
     */
    static StoreException ofSpool(String directory, IOException e) {
        return switch (Errno.of(e).orElse(Errno.EIO)) {
            case ENOSPC, EDQUOT -> ofFullSpool(directory, e);
            case EROFS -> ofReplica("the spool is read-only", "make SPOOL_DIR, %s, writable".formatted(directory), e);
            case EACCES, EPERM ->
                ofReplica(
                        "the spool is not writable",
                        "grant the user of this process permission to write to SPOOL_DIR, %s".formatted(directory),
                        e);
            case EMFILE, ENFILE -> ofFileDescriptors(e);
            case ENOMEM -> ofMemory(e);
            default ->
                ofReplica(
                        "the spool takes no copy of the image",
                        "check SPOOL_DIR, %s, and its file system: %s".formatted(directory, e),
                        e);
        };
    }

    /**
     * The spool has no space for the copy.
     *
     * @param directory the folder of the spool, and what is known about its space
     */
    static StoreException ofFullSpool(String directory, @Nullable Throwable cause) {
        return ofReplica("the spool is full", "free or add space in SPOOL_DIR, " + directory, cause);
    }

    /** Code that should throw nothing unchecked did so. */
    static StoreException ofUnexpected(Throwable e) {
        return e instanceof OutOfMemoryError
                ? ofMemory(e)
                : ofReplica("an unexpected error occurred", "report this bug, with the stack trace in the log", e);
    }

    /**
     * This replica lacks something.
     *
     * @param reason as in {@link ReplicaFault}
     * @param advice tells the operator what to do about it
     */
    static StoreException ofReplica(String reason, String advice, @Nullable Throwable cause) {
        return new StoreException(new ReplicaFault(reason), reason + ": " + advice, cause);
    }

    private static StoreException ofFileDescriptors(IOException e) {
        return ofReplica("no file descriptors are left", "raise the limit of open files (ulimit -n, LimitNOFILE)", e);
    }

    private static StoreException ofMemory(Throwable e) {
        return ofReplica("not enough memory", "raise the memory limit or the heap size: " + e, e);
    }
}
