package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.store.ImageStore.Current;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image that is not there for a moment, as on NFS while another client replaces it. */
class VanishingImageTest {
    @TempDir
    private Path folder;

    private final AtomicReference<Freshness.@Nullable Check> check = new AtomicReference<>();

    @SuppressWarnings("NullAway.Init")
    private ImageStore store;

    @BeforeEach
    void upload() throws Exception {
        store = open(folder);
        check().run(() -> {});
        byte[] image = new byte[1000];
        System.arraycopy(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, 0, image, 0, 8);
        try (Upload upload = store.upload()) {
            upload.write(ByteBuffer.wrap(image));
            upload.commit(new Upload.Condition.None());
        }
        check().run(() -> {});
    }

    /** Back after so many steps of the check: before the folder is listed, or after. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void isNeitherGoneNorAnOutage(int steps) throws Exception {
        Path image = folder.resolve("data").resolve("image");
        Path aside = folder.resolve("data").resolve(".nfs0001");
        Files.move(image, aside);
        int[] count = {0};
        check().run(() -> {
            if (++count[0] == steps) {
                move(aside, image);
            }
        });
        assertThat(count[0]).isGreaterThanOrEqualTo(steps);
        try (Current current = store.current()) {
            assertThat(current).isInstanceOf(Current.Image.class);
        }
    }

    @Test
    void isGoneIfItStaysAway() throws Exception {
        Files.delete(folder.resolve("data").resolve("image"));
        check().run(() -> {});
        try (Current current = store.current()) {
            assertThat(current).isInstanceOf(Current.None.class);
        }
    }

    @Test
    void isAnOutageIfTheFolderIsGoneAsWell() throws Exception {
        Files.delete(folder.resolve("data").resolve("image"));
        Files.delete(folder.resolve("data"));
        assertThatThrownBy(() -> check().run(() -> {})).isInstanceOf(NoSuchFileException.class);
    }

    private Freshness.Check check() {
        return java.util.Objects.requireNonNull(check.get());
    }

    private ImageStore open(Path directory) {
        ImageStore.Options options = new ImageStore.Options(
                directory.resolve("data"),
                directory.resolve("spool"),
                1_000_000,
                1_000_000,
                1,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30));
        return new ImageStore(options, given -> {
            check.set(given);
            return new Always();
        });
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Takes what is known for fresh: the test itself says when to check. */
    private static final class Always implements AlwaysAvailable {
        @Override
        public boolean await() {
            return true;
        }
    }
}
