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
 * A mounted file system, as the operating system describes it. The static methods may block while the volume hangs.
 *
 * @param type such as {@code nfs4} or {@code ext4}
 * @param source what is mounted, such as {@code server:/share}
 * @param point where it is mounted
 * @param options the options in effect, of the mount and of the file system, such as {@code vers=4.1}; empty if the
 *     system has no {@code /proc/self/mountinfo}
 */
public record Mount(String type, String source, Path point, Set<String> options) {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    /** The block size of NFS, which is a multiple of all others. */
    private static final int LARGEST_BLOCK_SIZE = 1 << 20;

    /**
     * The file systems that only one machine uses. Its cache is the only one, so every process reads what another has
     * written. {@code overlay} stores its data on another of these.
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
     * The file system of a folder. The folder need not exist.
     *
     * @return empty if the system does not know it
     */
    public static Optional<Mount> of(Path directory) {
        try {
            return of(existing(directory.toAbsolutePath().normalize()), read(MOUNTS));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether the folder is on a file system that is known to be used by this machine alone. */
    public static boolean isLocal(Path directory) {
        return of(directory).map(Mount::isLocal).orElse(false);
    }

    /**
     * The alignment of direct reads of a file, in bytes. If the system does not know it, this is the largest possible
     * one. For example, the mount table of a process in a chroot may lack the file system.
     */
    public static int blockSize(Path path) {
        try {
            long size = Files.getFileStore(path).getBlockSize();
            return size > 0 && size <= LARGEST_BLOCK_SIZE ? (int) size : LARGEST_BLOCK_SIZE;
        } catch (IOException e) {
            return LARGEST_BLOCK_SIZE;
        }
    }

    /** Whether it is known to be used by this machine alone. An unknown file system may have other clients. */
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

    /** The part of the path that exists, without symbolic links. Nothing can be mounted on the rest. */
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

    /** The text of a file, or null if it does not exist. */
    private static @Nullable String read(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), UTF_8);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Whether a switch of a kernel module is on. It is off if the system does not have it. */
    static boolean isOn(Path parameter) {
        try {
            String value = read(parameter);
            return value != null && value.strip().equals("Y");
        } catch (IOException e) {
            return false;
        }
    }
}
