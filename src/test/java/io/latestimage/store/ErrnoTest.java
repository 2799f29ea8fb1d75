package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real system errors, and the exceptions that the JDK throws for them. */
class ErrnoTest {
    @TempDir
    private Path folder;

    @Test
    void recognizesErrorsThatHaveAnExceptionType() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Files.createDirectories(folder.resolve("full/of"));
        assertErrno(Errno.ENOENT, () -> FileChannel.open(folder.resolve("none")));
        assertErrno(Errno.EEXIST, () -> Files.createFile(file));
        assertErrno(Errno.ENOTEMPTY, () -> Files.delete(folder.resolve("full")));
        assertErrno(Errno.ENOTDIR, () -> Files.newDirectoryStream(file));
        assertThat(Errno.of(new AccessDeniedException("file"))).contains(Errno.EACCES);
    }

    @Test
    void recognizesErrorsThatHaveOnlyAText() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path directory = Files.createDirectory(folder.resolve("directory"));
        assertErrno(Errno.ENOTDIR, () -> FileChannel.open(file.resolve("below")));
        assertErrno(Errno.EISDIR, () -> FileChannel.open(directory, StandardOpenOption.WRITE));
        assertErrno(Errno.EISDIR, () -> read(directory));
        assertErrno(Errno.ENAMETOOLONG, () -> Files.createFile(folder.resolve("n".repeat(300))));
        assertErrno(
                Errno.EINVAL, () -> Files.move(directory, directory.resolve("below"), StandardCopyOption.ATOMIC_MOVE));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @EnabledIf("hasFullDevice")
    void recognizesAFullDevice() {
        assertErrno(Errno.ENOSPC, () -> {
            try (FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
                full.write(ByteBuffer.allocate(1));
            }
        });
    }

    static boolean hasFullDevice() {
        return Files.isWritable(Path.of("/dev/full"));
    }

    @Test
    void searchesTheCauses() {
        IOException outer = new IOException("cannot publish", new IOException(new NoSuchFileException("image")));
        assertThat(Errno.of(outer)).contains(Errno.ENOENT);
    }

    @Test
    void ignoresErrorsThatDoNotComeFromTheSystem() {
        assertThat(Errno.of(new IOException("short read"))).isEmpty();
        assertThat(Errno.of(new IOException((String) null))).isEmpty();
        assertThat(Errno.of(new FileSystemException("file"))).isEmpty();
    }

    /** A message may mention one error although another one occurred. So only a whole text counts. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void comparesWholeTexts() {
        String text = textOf(Errno.ENOSPC);
        assertThat(Errno.of(new IOException(text))).contains(Errno.ENOSPC);
        assertThat(Errno.of(new IOException("was: " + text))).isEmpty();
        assertThat(Errno.of(new IOException(text + " but for root"))).isEmpty();
    }

    @Test
    void hasADifferentTextForEachError() {
        assertThat(ErrorTexts.inEnglish()).hasSize(Errno.values().length);
        assertThat(Arrays.stream(Errno.values()).map(Errno::number)).doesNotHaveDuplicates();
    }

    private static String textOf(Errno errno) {
        return ErrorTexts.inEnglish().entrySet().stream()
                .filter(entry -> entry.getValue() == errno)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private static void read(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            channel.read(ByteBuffer.allocate(1));
        }
    }

    private static void assertErrno(Errno expected, ThrowingCallable call) {
        IOException failure = catchThrowableOfType(IOException.class, call);
        assertThat(failure).isNotNull();
        assertThat(Errno.of(failure)).as(failure.toString()).contains(expected);
    }
}
