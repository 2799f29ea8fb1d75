package io.latestimage.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.latestimage.store.OperationClock.Operation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One thread's view of the shared folder, which no other class touches. The folder holds the {@link Manifest}, the
 * image that it names, and the files of uploads under way; docs/volume-format.md describes it.
 *
 * <p>Every method may block for as long as the storage likes, in a native call that nothing interrupts. So call them
 * only from the store's own platform threads. The clock says since when an operation is under way.
 */
final class Volume {
    static final String MANIFEST = "latest";
    /** The only file of the layout before the manifest. */
    static final String OLD_IMAGE = "image";

    private static final int DEFAULT_BLOCK_SIZE = 4096;

    private final Path directory;
    private final OperationClock clock;

    Volume(Path directory, OperationClock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    Path directory() {
        return directory;
    }

    OperationClock clock() {
        return clock;
    }

    /** Makes the folder, if it is not there. */
    void create() throws IOException {
        clock.run(Operation.CREATE_FOLDER, "", () -> Files.createDirectories(directory));
    }

    /** Makes files that were created or deleted stay so after a power failure. */
    void forceFolder() throws IOException {
        clock.run(Operation.FORCE_FOLDER, "", () -> {
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
                return true;
            }
        });
    }

    /** Creates a file of a name that none has had before. */
    VolumeFile createFile(String name) throws IOException {
        return new VolumeFile(
                name,
                clock.run(
                        Operation.CREATE,
                        name,
                        () -> FileChannel.open(directory.resolve(name), CREATE_NEW, READ, WRITE)),
                clock);
    }

    /**
     * Opens a file to read. On NFS that asks the server for the name and the attributes.
     *
     * @throws NoSuchFileException where there is none
     */
    VolumeFile open(String name) throws IOException {
        return new VolumeFile(
                name, clock.run(Operation.OPEN, name, () -> FileChannel.open(directory.resolve(name), READ)), clock);
    }

    /**
     * Opens a file to read, write and lock.
     *
     * @throws NoSuchFileException where there is none
     */
    VolumeFile openToWrite(String name) throws IOException {
        return new VolumeFile(
                name,
                clock.run(Operation.OPEN, name, () -> FileChannel.open(directory.resolve(name), READ, WRITE)),
                clock);
    }

    /** Makes an empty manifest, if there is none. */
    void createManifest() throws IOException {
        Path manifest = directory.resolve(MANIFEST);
        clock.run(Operation.CREATE, MANIFEST, () -> {
            FileChannel.open(manifest, CREATE, WRITE).close();
            return true;
        });
    }

    /** Opens the manifest so that each read asks the storage, past all caches. */
    VolumeFile openManifestDirectly() throws IOException {
        Path manifest = directory.resolve(MANIFEST);
        OpenOption direct = DirectOption.get();
        return new VolumeFile(
                MANIFEST, clock.run(Operation.OPEN, MANIFEST, () -> FileChannel.open(manifest, READ, direct)), clock);
    }

    /** What direct reads are to be aligned to, in bytes. */
    int blockSize() throws IOException {
        long size = clock.run(
                Operation.STATUS, "", () -> Files.getFileStore(directory).getBlockSize());
        return size > 0 && size <= Integer.MAX_VALUE / 4 ? (int) size : DEFAULT_BLOCK_SIZE;
    }

    /** Whether only this system uses the file system, so that its cache has all that was written. */
    boolean isLocal() throws IOException {
        return clock.run(Operation.STATUS, "", () -> Mount.isLocal(directory));
    }

    /** Whether the file system is NFS, of whatever version. */
    boolean isNfs() throws IOException {
        return clock.run(
                Operation.STATUS,
                "",
                () -> Mount.of(directory)
                        .filter(mount -> mount.type().startsWith("nfs"))
                        .isPresent());
    }

    /** What of the way in which it is mounted breaks the promises of the service, a sentence each. */
    List<String> mountWarnings() throws IOException {
        return clock.run(Operation.STATUS, "", () -> MountOptions.warnings(directory));
    }

    /** What tells the file of this name from another that takes its name later. */
    Object identify(String name) throws IOException {
        return clock.run(Operation.STATUS, name, () -> {
            Object key = Files.readAttributes(directory.resolve(name), BasicFileAttributes.class)
                    .fileKey();
            return key == null ? name : key;
        });
    }

    /** When the content of a file changed last. */
    Instant lastModified(String name) throws IOException {
        return clock.run(
                Operation.STATUS,
                name,
                () -> Files.getLastModifiedTime(directory.resolve(name)).toInstant());
    }

    /** Deletes a file; returns whether it was there. */
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
