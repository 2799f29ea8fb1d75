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
 * The number with which the operating system says why a call failed. The JDK does not show it. It has a type of
 * exception for a few of them, and for the others only the text that the C library has for the number; so that text is
 * compared, whole, with what the C library says when asked for each number.
 */
public enum Errno {
    /** This user may not do that, whatever the rights of the file say. */
    EPERM(1, 1),
    ENOENT(2, 2),
    EINTR(4, 4),
    /** The device or the server failed. NFS says so once, too, to a client that has lost its locks. */
    EIO(5, 5),
    EBADF(9, 9),
    /** A lock that another process holds, with some file systems. */
    EAGAIN(11, 35),
    ENOMEM(12, 12),
    /** The rights of the file or of a folder above it do not allow it to this user. */
    EACCES(13, 13),
    EBUSY(16, 16),
    EEXIST(17, 17),
    EXDEV(18, 18),
    ENODEV(19, 19),
    ENOTDIR(20, 20),
    EISDIR(21, 21),
    /** What was asked for makes no sense to the file system. NFS was seen to answer so after a partition. */
    EINVAL(22, 22),
    /** The whole system has as many files open as it can. */
    ENFILE(23, 23),
    /** This process has as many files open as it may. */
    EMFILE(24, 24),
    EFBIG(27, 27),
    ENOSPC(28, 28),
    EROFS(30, 30),
    EDEADLK(35, 11),
    ENAMETOOLONG(36, 63),
    /** The file system has no locks, or its lock service does not answer. */
    ENOLCK(37, 77),
    ENOSYS(38, 78),
    ENOTEMPTY(39, 66),
    EOPNOTSUPP(95, 102),
    /** The process that serves a FUSE file system has gone. */
    ENOTCONN(107, 57),
    ETIMEDOUT(110, 60),
    ECONNREFUSED(111, 61),
    EHOSTDOWN(112, 64),
    EHOSTUNREACH(113, 65),
    /** The server no longer knows the open file: it was deleted, or another volume is exported in its place. */
    ESTALE(116, 70),
    EDQUOT(122, 69);

    private static final boolean LINUX = System.getProperty("os.name", "").equals("Linux");

    private final int linux;
    private final int bsd;

    /** The numbers of Linux, and those of macOS and the BSDs. */
    Errno(int linux, int bsd) {
        this.linux = linux;
        this.bsd = bsd;
    }

    /** The number on this system. */
    int number() {
        return LINUX ? linux : bsd;
    }

    /**
     * Why an operation failed, by the exception or, where that says nothing, by its causes. The first call that has to
     * compare a text costs about 0.1 s of CPU, once; so do not make it while others wait for a lock.
     *
     * @return empty where it is none of these, or where the exception does not come from a call of the system
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
