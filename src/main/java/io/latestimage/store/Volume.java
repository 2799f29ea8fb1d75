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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thread's view of the shared folder, which no other class touches. The folder holds the {@link Manifest}, the
 * image that it names, and the files of uploads under way; docs/volume-format.md describes it.
 *
 * <p>Every method may block for as long as the storage likes, in a native call that nothing interrupts. So call them
 * only from the store's own platform threads. The clock says since when an operation is under way.
 */
public final class Volume {
    static final String MANIFEST = "latest";
    /** The only file of the layout before the manifest. */
    static final String OLD_IMAGE = "image";

    private final Path directory;
    private final OperationClock clock;
    private @Nullable Boolean nfs;

    public Volume(Path directory, OperationClock clock) {
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
        return open(Operation.CREATE, name, CREATE_NEW, READ, WRITE);
    }

    /**
     * Opens a file to read. On NFS that asks the server for the name and the attributes.
     *
     * @throws NoSuchFileException where there is none
     */
    VolumeFile open(String name) throws IOException {
        return open(Operation.OPEN, name, READ);
    }

    /**
     * Opens a file to read, write and lock.
     *
     * @throws NoSuchFileException where there is none
     */
    VolumeFile openToWrite(String name) throws IOException {
        return open(Operation.OPEN, name, READ, WRITE);
    }

    /** Makes an empty manifest, if there is none. */
    void createManifest() throws IOException {
        open(Operation.CREATE, MANIFEST, CREATE, READ, WRITE).close();
    }

    /**
     * An NFS server may give a client that opens a file a delegation of it, and make all others wait until that client
     * has given it back: for the time of a lease if the client has been cut off. A Linux client asks for none when it
     * opens the file with O_DIRECT. So it is opened so first. While that descriptor is open, the client opens the file
     * a second time without asking the server, and reads and writes of that one are buffered as usual.
     */
    private VolumeFile open(Operation operation, String name, OpenOption... options) throws IOException {
        Path path = directory.resolve(name);
        if (!isNfs()) {
            return new VolumeFile(name, clock.run(operation, name, () -> FileChannel.open(path, options)), null, clock);
        }
        Set<OpenOption> first = new HashSet<>(List.of(options));
        first.add(DirectReads.option());
        Set<OpenOption> second = new HashSet<>(List.of(options));
        second.removeAll(Set.of(CREATE, CREATE_NEW));
        FileChannel anchor = clock.run(operation, name, () -> FileChannel.open(path, first));
        try {
            return new VolumeFile(
                    name, clock.run(Operation.OPEN, name, () -> FileChannel.open(path, second)), anchor, clock);
        } catch (IOException | RuntimeException e) {
            clock.run(Operation.CLOSE, name, () -> {
                anchor.close();
                return true;
            });
            throw e;
        }
    }

    /** Opens the manifest so that each read asks the storage, past all caches. */
    VolumeFile openManifestDirectly() throws IOException {
        Path manifest = directory.resolve(MANIFEST);
        OpenOption direct = DirectReads.option();
        return new VolumeFile(
                MANIFEST,
                clock.run(Operation.OPEN, MANIFEST, () -> FileChannel.open(manifest, READ, direct)),
                null,
                clock);
    }

    /** What direct reads are to be aligned to, in bytes. */
    int blockSize() throws IOException {
        return clock.run(Operation.STATUS, "", () -> Mount.blockSize(directory));
    }

    /** Whether only this system uses the file system, so that its cache has all that was written. */
    boolean isLocal() throws IOException {
        return clock.run(Operation.STATUS, "", () -> Mount.isLocal(directory));
    }

    /** Whether the file system is NFS, of whatever version. Looked up once. */
    boolean isNfs() throws IOException {
        Boolean known = nfs;
        if (known == null) {
            known = clock.run(
                    Operation.STATUS,
                    "",
                    () -> Mount.of(directory)
                            .filter(mount -> mount.type().startsWith("nfs"))
                            .isPresent());
            nfs = known;
        }
        return known;
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
