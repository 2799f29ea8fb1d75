package io.latestimage.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** That this replica lacks something of its own, such as space in its spool. The storage has nothing to do with it. */
final class ReplicaFaultException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * A fault.
     *
     * @param message what is missing, for whoever operates the service
     */
    ReplicaFaultException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The fault that the exception shows, or the exception itself where that is not one of this replica. */
    static IOException orSelf(IOException e) {
        return Errno.of(e).filter(Errno.EMFILE::equals).isPresent()
                        || Errno.of(e).filter(Errno.ENFILE::equals).isPresent()
                ? new ReplicaFaultException("no file descriptors are left; raise the limit of open files", e)
                : e;
    }
}
