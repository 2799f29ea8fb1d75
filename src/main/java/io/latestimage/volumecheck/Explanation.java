package io.latestimage.volumecheck;

import io.latestimage.store.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Explains in plain words why an operation failed and what to do about it. */
final class Explanation {
    private Explanation() {}

    static String of(IOException failure) {
        return switch (failure) {
            case Obstacle problem -> String.valueOf(problem.getMessage());
            case Deadline.Missed missed ->
                "The volume hangs: %s. Check that its server and the network to it are up."
                        .formatted(missed.getMessage());
            default -> of(failure, Errno.of(failure));
        };
    }

    private static String of(IOException failure, Optional<Errno> errno) {
        String said = String.valueOf(failure.getMessage());
        if (errno.isEmpty()) {
            return "The storage failed: %s. See the log of its server and the kernel log of this machine."
                    .formatted(said);
        }
        return switch (errno.get()) {
            case EACCES, EPERM ->
                "%s lacks the right to do that (%s: %s). Make it the owner of the folder or a member of its group: with chown, or with fsGroup in Kubernetes. An NFS server may take away the rights of root (root_squash)."
                        .formatted(user(), errno.get(), said);
            case EROFS ->
                "The volume is read-only (%s). Mount it with rw, and let the server export it with rw.".formatted(said);
            case ENOSPC -> "The volume has no space left (%s). Free space on it, or enlarge it.".formatted(said);
            case EDQUOT -> "The quota of %s is used up (%s). Free space, or raise the quota.".formatted(user(), said);
            case ENOLCK, ENOSYS, EOPNOTSUPP ->
                "The file system does not support that (%s: %s). Use one with POSIX locks, such as NFS 4.1. With NFS 3, start its lock service."
                        .formatted(errno.get(), said);
            case EMFILE, ENFILE ->
                "Too many files are open (%s). Raise the limit: ulimit -n for this process, fs.file-max for the system."
                        .formatted(said);
            case ENOTDIR, EEXIST ->
                "There is a file where a folder is expected (%s). Choose another folder.".formatted(said);
            case ENOENT ->
                "A file or folder was deleted during the check (%s). Find out who deletes files there.".formatted(said);
            case ESTALE, ENOTCONN ->
                "The volume that was mounted there has gone (%s: %s). Mount it again.".formatted(errno.get(), said);
            default ->
                "The storage failed with %s: %s. See the log of its server and the kernel log of this machine."
                        .formatted(errno.get(), said);
        };
    }

    /** The number of the user if the system has it: in the container image, users have no names. */
    private static String user() {
        try {
            return "User " + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException e) {
            return "User " + System.getProperty("user.name", "unknown");
        }
    }
}
