package io.latestimage.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** That this replica lacks something of its own, such as space in its spool. The storage has nothing to do with it. */
final class ReplicaFaultException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final String DESCRIPTORS = "no file descriptors are left";
    private static final String RAISE = "raise the limit of open files (ulimit -n, LimitNOFILE)";

    private final String reason;

    /**
     * A fault.
     *
     * @param message what is missing, for whoever operates the service and for clients
     */
    ReplicaFaultException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = message;
    }

    /**
     * A fault.
     *
     * @param reason what is missing, in a few plain words; the same each time, with no numbers and no names of files
     * @param advice what to do about it, for whoever operates the service
     */
    ReplicaFaultException(String reason, String advice, @Nullable Throwable cause) {
        super(reason + ": " + advice, cause);
        this.reason = reason;
    }

    /** What is missing, in a few plain words, which clients may see. */
    String reason() {
        return reason;
    }

    /** The fault that the exception shows, or the exception itself where that is not one of this replica. */
    static IOException orSelf(IOException e) {
        return switch (Errno.of(e).orElse(Errno.EIO)) {
            case EMFILE, ENFILE -> new ReplicaFaultException(DESCRIPTORS, RAISE, e);
            case ENOMEM -> ofMemory(e);
            default -> e;
        };
    }

    /** What the spool could not do. */
    static ReplicaFaultException ofSpool(String directory, IOException e) {
        return switch (Errno.of(e).orElse(Errno.EIO)) {
            case ENOSPC, EDQUOT -> ofFullSpool(directory, e);
            case EROFS ->
                new ReplicaFaultException(
                        "the spool is read-only", "make SPOOL_DIR, %s, writable".formatted(directory), e);
            case EACCES, EPERM ->
                new ReplicaFaultException(
                        "the spool may not be written to",
                        "give the user of this process the right to write to SPOOL_DIR, %s".formatted(directory),
                        e);
            case EMFILE, ENFILE -> new ReplicaFaultException(DESCRIPTORS, RAISE, e);
            case ENOMEM -> ofMemory(e);
            default ->
                new ReplicaFaultException(
                        "the spool takes no copy of the image", "see to SPOOL_DIR, %s: %s".formatted(directory, e), e);
        };
    }

    /**
     * That there is no space for the copy.
     *
     * @param directory the folder, and what is known of its space
     */
    static ReplicaFaultException ofFullSpool(String directory, @Nullable Throwable cause) {
        return new ReplicaFaultException(
                "the spool is full", "make space, or have more of it, in SPOOL_DIR, " + directory, cause);
    }

    /** What no part of this program should throw, such as an {@link Error}. */
    static ReplicaFaultException ofThrown(Throwable e) {
        return e instanceof OutOfMemoryError
                ? ofMemory(e)
                : new ReplicaFaultException(
                        "a check failed for a fault of this program", "report it with what is logged here", e);
    }

    private static ReplicaFaultException ofMemory(Throwable e) {
        return new ReplicaFaultException("memory is short", "raise the limit of memory, or of the heap: " + e, e);
    }
}
