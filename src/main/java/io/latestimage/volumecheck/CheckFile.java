package io.latestimage.volumecheck;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.latestimage.store.DirectReads;
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
 * A file on the volume, used as the store uses its manifest: of the same size, read through a descriptor that is kept
 * open, written and forced through one that is opened late and closed at once.
 */
final class CheckFile implements Closeable {
    static final String PREFIX = ".check-volume-";
    private static final int SIZE = 1024;

    private final Path path;
    /** Asked by other threads when the program is told to end. */
    private volatile boolean made;

    private @Nullable FileChannel reader;
    private @Nullable FileChannel locked;
    private ByteBuffer block = ByteBuffer.allocate(SIZE);

    CheckFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Makes it, whole and with all that is needed to survive a loss of power. */
    void create(String value) throws IOException {
        try (FileChannel channel = FileChannel.open(path, CREATE_NEW, WRITE)) {
            made = true;
            write(channel, value);
        }
    }

    /**
     * Opens it for reading, and keeps it open.
     *
     * @return whether reads go past the cache of this machine, as they must where it is not the only one
     */
    boolean open() throws IOException {
        Optional<FileChannel> direct = Mount.isLocal(path) ? Optional.empty() : openDirect();
        if (direct.isPresent()) {
            block = DirectReads.buffer(SIZE, Mount.blockSize(path));
        }
        reader = direct.isPresent() ? direct.get() : FileChannel.open(path, READ);
        return direct.isPresent();
    }

    /** Empty where the file system refuses that, which only local ones do. */
    private Optional<FileChannel> openDirect() throws IOException {
        OpenOption direct = DirectReads.option();
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

    /** What is in it now, or nothing where it is shorter than it was made. */
    String read() throws IOException {
        FileChannel channel = reader;
        if (channel == null) {
            throw new IllegalStateException("not open: " + path);
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

    /** Tries to lock it for this process, until {@link #unlock}. */
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

    /** Whether it was made by this process, and is not deleted yet. */
    boolean isMade() {
        return made;
    }

    /** Deletes it if it was made. Closes it first: NFS would keep a file that is open under another name. */
    void delete() throws IOException {
        close();
        if (made) {
            Files.deleteIfExists(path);
            made = false;
        }
    }
}
