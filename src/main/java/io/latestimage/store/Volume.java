package io.latestimage.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The shared folder, and the only code that touches it. It holds exactly one file, {@value #IMAGE}, besides the
 * temporary files of uploads under way and, for the moment of a replacement, the lock file.
 *
 * <p>Every method may block for as long as the storage likes, in a native call that nothing interrupts. So call them
 * only from the store's own platform threads: {@link Lane}, {@link SharedCheck} and {@link Sweeper}.
 */
final class Volume {
    static final String IMAGE = "image";
    static final String TEMPORARY_PREFIX = ".upload-";
    static final String LOCK = ".lock";

    private final Path directory;
    private final Path image;

    Volume(Path directory) {
        this.directory = directory;
        this.image = directory.resolve(IMAGE);
    }

    Path directory() {
        return directory;
    }

    void create() throws IOException {
        Files.createDirectories(directory);
    }

    /**
     * Opens the image. On NFS it is the open that asks the server for the current attributes ("close-to-open
     * consistency", RFC 7530, section 1.4.6), so what {@link #identify()} says afterwards is no older than this call.
     * For the name itself to be asked for, and not only the file that it led to, NFS is mounted with lookupcache=none.
     *
     * @throws NoSuchFileException where there is none, which {@link #confirmAbsence()} must confirm
     */
    FileChannel open() throws IOException {
        return FileChannel.open(image, READ);
    }

    FileIdentity identify() throws IOException {
        return FileIdentity.of(image);
    }

    /**
     * Whether the folder can be listed and does not list the image. Only then "no such file" means that there is none;
     * a folder that has gone is an outage.
     */
    boolean confirmAbsence() throws IOException {
        return !list().contains(IMAGE);
    }

    FileChannel createTemporary(String name) throws IOException {
        return FileChannel.open(directory.resolve(name), CREATE_NEW, WRITE);
    }

    /** When the image was written, or empty where there is none. */
    Optional<Instant> dateOfImage() throws IOException {
        try {
            return Optional.of(identify().modified());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void setDate(String name, Instant date) throws IOException {
        Files.setLastModifiedTime(directory.resolve(name), FileTime.from(date));
    }

    /** Puts a complete temporary file in the image's place, in one step for all that look; never any other way. */
    void replaceImage(String temporary) throws IOException {
        Files.move(directory.resolve(temporary), image, ATOMIC_MOVE);
    }

    /** Makes the last renaming survive a power failure. */
    void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }

    boolean exists(String name) throws IOException {
        return list().contains(name);
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    FileIdentity identify(String name) throws IOException {
        return FileIdentity.of(directory.resolve(name));
    }

    FileChannel openLock() throws IOException {
        Path lock = directory.resolve(LOCK);
        try {
            return FileChannel.open(lock, CREATE_NEW, WRITE);
        } catch (FileAlreadyExistsException e) {
            return FileChannel.open(lock, WRITE);
        }
    }
}
