package io.latestimage.volumecheck;

import io.latestimage.store.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Says in plain words why an operation failed, and what to do about it. */
final class Explanation {
    private Explanation() {}

    static String of(IOException failure) {
        return switch (failure) {
            case Obstacle problem -> String.valueOf(problem.getMessage());
            case Deadline.Missed missed ->
                "The volume hangs: %s. Look whether its server and the network to it are up."
                        .formatted(missed.getMessage());
            default -> of(failure, Errno.of(failure));
        };
    }

    private static String of(IOException failure, Optional<Errno> errno) {
        String said = String.valueOf(failure.getMessage());
        if (errno.isEmpty()) {
            return "The storage failed: %s. Look into the logs of its server and of the kernel here.".formatted(said);
        }
        return switch (errno.get()) {
            case EACCES, EPERM ->
                "%s lacks the right to do that (%s: %s). Give it the folder, or the group that has it: with chown, with fsGroup in Kubernetes; on NFS, the server may take away the rights of root (root_squash)."
                        .formatted(user(), errno.get(), said);
            case EROFS ->
                "The volume is read-only (%s). Mount it with rw, and have the server export it with rw."
                        .formatted(said);
            case ENOSPC -> "The volume has no space left (%s). Make space, or make it larger.".formatted(said);
            case EDQUOT -> "The quota of %s is used up (%s). Make space, or raise it.".formatted(user(), said);
            case ENOLCK, ENOSYS, EOPNOTSUPP ->
                "The file system does not support that (%s: %s). Use one with POSIX locks, such as NFS 4.1; with NFS 3, start its lock service."
                        .formatted(errno.get(), said);
            case EMFILE, ENFILE ->
                "Too many files are open (%s). Raise the limit: ulimit -n for this process, fs.file-max for the system."
                        .formatted(said);
            case ENOTDIR, EEXIST ->
                "There is a file where a folder is wanted (%s). Choose another folder.".formatted(said);
            case ENOENT -> "It has gone meanwhile (%s). Look who deletes files there.".formatted(said);
            case ESTALE, ENOTCONN ->
                "The volume that was mounted there has gone (%s: %s). Mount it anew.".formatted(errno.get(), said);
            default ->
                "The storage failed with %s: %s. Look into the logs of its server and of the kernel here."
                        .formatted(errno.get(), said);
        };
    }

    /** A number where the system tells it: in the image, no user has a name. */
    private static String user() {
        try {
            return "User " + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException e) {
            return "User " + System.getProperty("user.name", "unknown");
        }
    }
}
