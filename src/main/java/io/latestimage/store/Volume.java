package io.latestimage.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.latestimage.store.OperationClock.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread's view of the shared folder. All access of the store to the folder goes through it. The folder holds the
 * {@link Manifest}, the image that the manifest names, and the files of uploads in progress. docs/volume-format.md
 * describes it, and docs/decisions/0015-manifest-with-two-records.md gives the reasons.
 *
 * <p>Every method may block for an unlimited time, in a native call that nothing interrupts. So only the store's own
 * platform threads may call them. The clock says how long the current operation has been running.
 */
public final class Volume {
    static final String MANIFEST = "latest";
    /** The only file of the layout before the manifest. */
    static final String OLD_IMAGE = "image";

    /** The size of the write requests on NFS, each of which the server forces to its disk. */
    private static final int BUFFER_SIZE = 256 * 1024;

    private final Path directory;
    private final OperationClock clock;
    /** For the file that is created and not complete; null until the first. */
    private @Nullable ByteBuffer unwritten;
    /** The mount of the folder as it was read last, shared by all views; null until it is known. */
    private final AtomicReference<@Nullable Mount> mount;

    /**
     * A view of the folder.
     *
     * @param clock measures the operations of the thread that uses this view
     */
    public Volume(Path directory, OperationClock clock) {
        this(directory, clock, new AtomicReference<>());
    }

    private Volume(Path directory, OperationClock clock, AtomicReference<@Nullable Mount> mount) {
        this.directory = directory;
        this.clock = clock;
        this.mount = mount;
    }

    /**
     * Supplies views of one folder that share what they know about its mount.
     *
     * @param clocks makes the clock of each view
     */
    static Supplier<Volume> views(Path directory, Supplier<OperationClock> clocks) {
        AtomicReference<@Nullable Mount> mount = new AtomicReference<>();
        return () -> new Volume(directory, clocks.get(), mount);
    }

    Path directory() {
        return directory;
    }

    OperationClock clock() {
        return clock;
    }

    /** Creates the folder if it does not exist. */
    void create() throws IOException {
        clock.run(Operation.CREATE_FOLDER, "", () -> Files.createDirectories(directory));
    }

    /** Makes the creation and deletion of files survive a power failure. */
    void forceFolder() throws IOException {
        clock.run(Operation.FORCE_FOLDER, "", () -> {
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
                return true;
            }
        });
    }

    /** Creates a file. The name must be new. The file that this view created before must be complete. */
    VolumeFile createFile(String name) throws IOException {
        return open(Operation.CREATE, name, true, CREATE_NEW, READ, WRITE);
    }

    /**
     * Opens a file for reading. NFS asks the server for the name and the attributes.
     *
     * @throws NoSuchFileException if the file does not exist
     */
    VolumeFile open(String name) throws IOException {
        return open(Operation.OPEN, name, false, READ);
    }

    /**
     * Opens a file for reading, writing and locking.
     *
     * @throws NoSuchFileException if the file does not exist
     */
    VolumeFile openToWrite(String name) throws IOException {
        return open(Operation.OPEN, name, false, READ, WRITE);
    }

    /** Creates an empty manifest if there is none. */
    void createManifest() throws IOException {
        open(Operation.CREATE, MANIFEST, false, CREATE, READ, WRITE).close();
    }

    /**
     * Opens a file; on NFS, with O_DIRECT. A Linux client then asks the server for no delegation of the file. When a
     * server has granted a client a delegation, all other clients wait until that client returns it; if that client is
     * cut off, they wait for the time of a lease.
     *
     * @param appended whether the file will be written from its beginning to its end
     */
    private VolumeFile open(Operation operation, String name, boolean appended, OpenOption... options)
            throws IOException {
        Path path = directory.resolve(name);
        Set<OpenOption> all = new HashSet<>(List.of(options));
        if (!isNfs()) {
            FileChannel channel = clock.run(operation, name, () -> FileChannel.open(path, all));
            return new VolumeFile(name, new OpenFile.OfChannel(channel), null, clock);
        }
        all.add(DirectIo.option());
        AsynchronousFileChannel channel = clock.run(
                operation, name, () -> AsynchronousFileChannel.open(path, all, UnalignedDirectFile.SAME_THREAD));
        return new VolumeFile(name, new UnalignedDirectFile(channel), appended ? emptyBuffer() : null, clock);
    }

    private ByteBuffer emptyBuffer() {
        if (unwritten == null) {
            unwritten = ByteBuffer.allocateDirect(BUFFER_SIZE);
        }
        return unwritten.clear();
    }

    /** Opens the manifest with O_DIRECT, so that each read bypasses the cache and asks the storage. */
    VolumeFile openManifestDirectly() throws IOException {
        Path manifest = directory.resolve(MANIFEST);
        OpenOption direct = DirectIo.option();
        FileChannel channel = clock.run(Operation.OPEN, MANIFEST, () -> FileChannel.open(manifest, READ, direct));
        return new VolumeFile(MANIFEST, new OpenFile.OfChannel(channel), null, clock);
    }

    /** The alignment of direct reads, in bytes. */
    int blockSize() throws IOException {
        return clock.run(Operation.STATUS, "", () -> Mount.blockSize(directory));
    }

    /**
     * Whether only this machine uses the file system, so that its cache is always up to date. Reads the mount table
     * each time, because another file system may have been mounted since.
     */
    boolean isLocal() throws IOException {
        return readMount().filter(Mount::isLocal).isPresent();
    }

    /** Whether the file system is NFS of any version, according to the last time that a view read the mount table. */
    boolean isNfs() throws IOException {
        Mount known = mount.get();
        return (known == null ? readMount() : Optional.of(known))
                .filter(found -> found.type().startsWith("nfs"))
                .isPresent();
    }

    /** A failure is not kept: the next call of {@link #isNfs} tries again. */
    private Optional<Mount> readMount() throws IOException {
        Optional<Mount> found = clock.run(Operation.STATUS, "", () -> Mount.of(directory));
        found.ifPresent(mount::set);
        return found;
    }

    /** One sentence for each mount option that breaks a promise of the service. */
    List<String> mountWarnings() throws IOException {
        return clock.run(Operation.STATUS, "", () -> MountOptions.warnings(directory));
    }

    /** Identifies the file that has this name now. Another file that gets the name later differs. */
    Object identify(String name) throws IOException {
        return clock.run(Operation.STATUS, name, () -> {
            Object key = Files.readAttributes(directory.resolve(name), BasicFileAttributes.class)
                    .fileKey();
            return key == null ? name : key;
        });
    }

    /** When the content of a file last changed. */
    Instant lastModified(String name) throws IOException {
        return clock.run(
                Operation.STATUS,
                name,
                () -> Files.getLastModifiedTime(directory.resolve(name)).toInstant());
    }

    /** Deletes a file. Returns whether it existed. */
    boolean delete(String name) throws IOException {
        return clock.run(Operation.DELETE, name, () -> Files.deleteIfExists(directory.resolve(name)));
    }

    /** The names of all files. */
    List<String> list() throws IOException {
        return clock.run(Operation.LIST, "", () -> {
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                entries.forEach(entry -> names.add(entry.getFileName().toString()));
            } catch (java.nio.file.DirectoryIteratorException e) {
                throw e.getCause();
            }
            return names;
        });
    }
}
