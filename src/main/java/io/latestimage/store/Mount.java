package io.latestimage.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mounted file system, as the system describes it. What asks for it may block as long as the volume likes.
 *
 * @param type such as {@code nfs4} or {@code ext4}
 * @param source what is mounted, such as {@code server:/share}
 * @param point where it is mounted
 * @param options those in force, of the mount and of the file system, such as {@code vers=4.1}; none where the system
 *     has no {@code /proc/self/mountinfo}
 */
public record Mount(String type, String source, Path point, Set<String> options) {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    /** That of NFS; a multiple of all others. */
    private static final int LARGEST_BLOCK_SIZE = 1 << 20;

    /**
     * Of one machine: its cache is the only one, so that all processes read what one has written. What is written to
     * {@code overlay} is on another of these.
     */
    private static final Set<String> LOCAL = Set.of(
            "apfs",
            "bcachefs",
            "btrfs",
            "exfat",
            "ext2",
            "ext3",
            "ext4",
            "f2fs",
            "hfs",
            "jfs",
            "overlay",
            "ramfs",
            "reiserfs",
            "tmpfs",
            "ufs",
            "vfat",
            "xfs",
            "zfs");

    public Mount {
        options = Set.copyOf(options);
    }

    /**
     * The file system that a folder is on, or would be on if it were made.
     *
     * @return empty where the system does not say
     */
    public static Optional<Mount> of(Path directory) {
        try {
            return of(existing(directory.toAbsolutePath().normalize()), read(MOUNTS));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether the folder is on a file system that is known to be one of this machine alone. */
    public static boolean isLocal(Path directory) {
        return of(directory).map(Mount::isLocal).orElse(false);
    }

    /**
     * What direct reads of a file there are to be aligned to, in bytes. Where the system does not say, such as in a
     * change of root whose table of mounts has not got this one, it is the largest that there is.
     */
    public static int blockSize(Path path) {
        try {
            long size = Files.getFileStore(path).getBlockSize();
            return size > 0 && size <= LARGEST_BLOCK_SIZE ? (int) size : LARGEST_BLOCK_SIZE;
        } catch (IOException e) {
            return LARGEST_BLOCK_SIZE;
        }
    }

    /** Whether it is known to be of this machine alone. Whatever is not known may have other clients. */
    public boolean isLocal() {
        return LOCAL.contains(type);
    }

    private static Optional<Mount> of(Path directory, @Nullable String mounts) throws IOException {
        if (mounts != null) {
            return MountTable.parse(mounts).find(directory);
        }
        FileStore store = Files.getFileStore(directory);
        return Optional.of(new Mount(store.type(), store.name(), directory, Set.of()));
    }

    /** Without symbolic links, and without what does not exist: nothing can be mounted there. */
    private static Path existing(Path directory) throws IOException {
        try {
            return directory.toRealPath();
        } catch (NoSuchFileException e) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw e;
            }
            return existing(parent);
        }
    }

    /** The text of a file, or null where there is none. */
    private static @Nullable String read(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), UTF_8);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Whether a switch of a module of the kernel is on; it is not, where the system has no such thing. */
    static boolean isOn(Path parameter) {
        try {
            String value = read(parameter);
            return value != null && value.strip().equals("Y");
        } catch (IOException e) {
            return false;
        }
    }
}
