package io.latestimage.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The error number with which the operating system says why a call failed. The JDK does not show it: it has exception
 * types for a few numbers, and for the others only the text of the C library. So this class compares the whole text
 * with the one that the C library returns for each number. See docs/decisions/0016-storage-errors-by-errno.md.
 */
public enum Errno {
    /** This user may not do that, whatever the permissions of the file are. */
    EPERM(1, 1),
    ENOENT(2, 2),
    EINTR(4, 4),
    /** The device or the server failed. A client of NFS that has lost its locks also gets this error, once. */
    EIO(5, 5),
    EBADF(9, 9),
    /** With some file systems: another process holds the lock. */
    EAGAIN(11, 35),
    ENOMEM(12, 12),
    /** The permissions of the file, or of a folder above it, forbid that to this user. */
    EACCES(13, 13),
    EBUSY(16, 16),
    EEXIST(17, 17),
    EXDEV(18, 18),
    ENODEV(19, 19),
    ENOTDIR(20, 20),
    EISDIR(21, 21),
    /** The file system does not support the request. NFS has returned this error after a partition. */
    EINVAL(22, 22),
    /** The system has reached its limit of open files. */
    ENFILE(23, 23),
    /** This process has reached its limit of open files. */
    EMFILE(24, 24),
    EFBIG(27, 27),
    ENOSPC(28, 28),
    EROFS(30, 30),
    EDEADLK(35, 11),
    ENAMETOOLONG(36, 63),
    /** The file system does not support locks, or its lock service does not answer. */
    ENOLCK(37, 77),
    ENOSYS(38, 78),
    ENOTEMPTY(39, 66),
    EOPNOTSUPP(95, 102),
    /** The process that serves a FUSE file system has ended. */
    ENOTCONN(107, 57),
    ETIMEDOUT(110, 60),
    ECONNREFUSED(111, 61),
    EHOSTDOWN(112, 64),
    EHOSTUNREACH(113, 65),
    /** The server no longer knows the open file: it was deleted, or the server now exports another volume. */
    ESTALE(116, 70),
    EDQUOT(122, 69);

    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

    private final int linux;
    private final int bsd;

    /** The number on Linux, and the one on macOS and the BSDs. */
    Errno(int linux, int bsd) {
        this.linux = linux;
        this.bsd = bsd;
    }

    /** The number on this system. */
    int number() {
        return LINUX ? linux : bsd;
    }

    /**
     * Finds the error number of an exception, or else of its causes. The first call that compares a text costs about
     * 0.1 s of CPU time. So do not make the first call while others wait for a lock.
     *
     * @return empty if it is none of these numbers, or if the exception does not come from a system call
     */
    public static Optional<Errno> of(IOException failure) {
        for (Throwable at = failure; at instanceof IOException; at = at.getCause()) {
            Optional<Errno> found = ofOne((IOException) at);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Errno> ofOne(IOException failure) {
        return switch (failure) {
            case AccessDeniedException _ -> Optional.of(EACCES);
            case NoSuchFileException _ -> Optional.of(ENOENT);
            case FileAlreadyExistsException _ -> Optional.of(EEXIST);
            case NotDirectoryException _ -> Optional.of(ENOTDIR);
            case DirectoryNotEmptyException _ -> Optional.of(ENOTEMPTY);
            case AtomicMoveNotSupportedException _ -> Optional.of(EXDEV);
            case FileSystemException other -> byText(other.getReason());
            default -> byText(failure.getMessage());
        };
    }

    private static Optional<Errno> byText(@Nullable String text) {
        return text == null ? Optional.empty() : Optional.ofNullable(ErrorTexts.byText(text));
    }
}
