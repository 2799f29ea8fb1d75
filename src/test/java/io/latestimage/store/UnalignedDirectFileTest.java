package io.latestimage.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files are opened without O_DIRECT, for which local file systems require alignment. */
class UnalignedDirectFileTest {
    @TempDir
    private Path folder;

    private static UnalignedDirectFile open(Path path, OpenOption... options) throws IOException {
        return new UnalignedDirectFile(
                AsynchronousFileChannel.open(path, Set.of(options), UnalignedDirectFile.SAME_THREAD));
    }

    @Test
    void readsAndWritesAtAnyPosition() throws Exception {
        try (OpenFile file = open(folder.resolve("image"), CREATE_NEW, READ, WRITE)) {
            assertThat(file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0)).isEqualTo(3);
            assertThat(file.write(ByteBuffer.wrap(new byte[] {4, 5}), 3)).isEqualTo(2);
            file.force();
            assertThat(file.size()).isEqualTo(5);
            ByteBuffer buffer = ByteBuffer.allocate(3);
            assertThat(file.read(buffer, 1)).isEqualTo(3);
            assertThat(buffer.array()).containsExactly(2, 3, 4);
            assertThat(file.read(buffer.clear(), 5)).isEqualTo(-1);
        }
    }

    @Test
    void locksTheFile() throws Exception {
        Path path = folder.resolve("image");
        try (OpenFile file = open(path, CREATE_NEW, READ, WRITE)) {
            assertThat(file.tryLock()).isTrue();
            try (FileChannel other = FileChannel.open(path, WRITE)) {
                assertThatExceptionOfType(OverlappingFileLockException.class).isThrownBy(other::tryLock);
            }
        }
    }

    /** So that the store finds out what is wrong with the volume. */
    @Test
    void passesOnTheErrorOfTheSystem() throws Exception {
        try (OpenFile directory = open(folder, READ)) {
            assertThatIOException()
                    .isThrownBy(() -> directory.read(ByteBuffer.allocate(1), 0))
                    .withMessage("Is a directory")
                    .withNoCause();
        }
    }

    /** The deadline of an operation belongs to the thread that asks for it. */
    @Test
    void staysOnTheThread() {
        AtomicReference<Thread> seen = new AtomicReference<>();
        UnalignedDirectFile.SAME_THREAD.execute(() -> seen.set(Thread.currentThread()));
        assertThat(seen).hasValue(Thread.currentThread());
    }
}
