package io.latestimage.volumecheck;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.latestimage.store.DirectIo;
import io.latestimage.store.Errno;
import io.latestimage.store.Mount;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file on the volume that is used like the manifest of the store: it has the same size, is read through a descriptor
 * that stays open, and is written and forced through a descriptor that is open only for that time.
 */
final class CheckFile implements Closeable {
    static final String PREFIX = ".check-volume-";
    private static final int SIZE = 1024;

    private final Path path;
    /** Read by another thread when a signal ends the program. */
    private volatile boolean created;

    private @Nullable FileChannel reader;
    private @Nullable FileChannel locked;
    private ByteBuffer block = ByteBuffer.allocate(SIZE);

    CheckFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Creates the file, complete and forced, so that it survives a power failure. */
    void create(String value) throws IOException {
        try (FileChannel channel = FileChannel.open(path, CREATE_NEW, WRITE)) {
            created = true;
            write(channel, value);
        }
    }

    /**
     * Opens the file for reading and keeps it open.
     *
     * @return whether reads bypass the cache of this machine, as they must if other machines use the file system
     */
    boolean open() throws IOException {
        Optional<FileChannel> direct = Mount.isLocal(path) ? Optional.empty() : openDirect();
        if (direct.isPresent()) {
            block = DirectIo.buffer(SIZE, Mount.blockSize(path));
        }
        reader = direct.isPresent() ? direct.get() : FileChannel.open(path, READ);
        return direct.isPresent();
    }

    /** Empty if the file system does not support direct reads, as only local ones do. */
    private Optional<FileChannel> openDirect() throws IOException {
        OpenOption direct = DirectIo.option();
        try {
            return Optional.of(FileChannel.open(path, READ, direct));
        } catch (UnsupportedOperationException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (Errno.of(e).filter(Errno.EINVAL::equals).isPresent()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The current content, or an empty text if the file is shorter than it was when created. */
    String read() throws IOException {
        FileChannel channel = reader;
        if (channel == null) {
            throw new IllegalStateException("the file is not open: " + path);
        }
        block.clear();
        int length = channel.read(block, 0);
        if (length < SIZE) {
            return "";
        }
        byte[] text = new byte[SIZE];
        block.get(0, text);
        return new String(text, US_ASCII).strip();
    }

    void write(String value) throws IOException {
        try (FileChannel channel = FileChannel.open(path, WRITE)) {
            write(channel, value);
        }
    }

    private static void write(FileChannel channel, String value) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(value.concat(" ".repeat(SIZE - value.length())).getBytes(US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
        channel.force(true);
    }

    /** Tries to lock the file for this process until {@link #unlock}. */
    boolean lock() throws IOException {
        FileChannel channel = FileChannel.open(path, WRITE);
        try {
            if (channel.tryLock() != null) {
                locked = channel;
                return true;
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return false;
    }

    void unlock() throws IOException {
        if (locked != null) {
            locked.close();
        }
        locked = null;
    }

    @Override
    public void close() throws IOException {
        unlock();
        if (reader != null) {
            reader.close();
        }
        reader = null;
    }

    /** Whether this process has created the file and not deleted it. */
    boolean isCreated() {
        return created;
    }

    /** Deletes the file if it was created. Closes it first: NFS would only rename a file that is open. */
    void delete() throws IOException {
        close();
        if (created) {
            Files.deleteIfExists(path);
            created = false;
        }
    }
}
