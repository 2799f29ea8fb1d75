package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweeperTest {
    private static final Duration INTERVAL = Duration.ofMillis(300);

    @TempDir
    private Path folder;

    @Test
    void removesWhatDeadUploadsLeftAndNothingElse() throws Exception {
        for (String name : new String[] {".upload-a", ".upload-b", ".lock", "image", "other", ".hidden"}) {
            Files.writeString(folder.resolve(name), name);
        }
        try (Sweeper _ = new Sweeper(new Volume(folder), INTERVAL)) {
            awaitFiles(List.of(".hidden", "image", "other"));
        }
    }

    /** A file that changes between two looks is somebody's, however old it is. */
    @Test
    void leavesAnUploadThatGoesOn() throws Exception {
        Path growing = Files.writeString(folder.resolve(".upload-growing"), "a");
        try (Sweeper _ = new Sweeper(new Volume(folder), INTERVAL)) {
            for (int look = 0; look < 4; look++) {
                Path dead = Files.writeString(folder.resolve(".upload-dead-" + look), "b");
                while (Files.exists(dead)) { // two looks have passed when it is gone
                    Files.writeString(growing, "a", StandardOpenOption.APPEND);
                    Thread.onSpinWait();
                }
            }
            assertThat(growing).exists();
            awaitFiles(List.of());
        }
    }

    @Test
    void goesOnWhenTheFolderComesBack() throws Exception {
        Path gone = folder.resolve("gone");
        try (Sweeper _ = new Sweeper(new Volume(gone), INTERVAL)) {
            Files.createDirectory(gone);
            Path dead = Files.writeString(gone.resolve(".upload-dead"), "b");
            awaitFiles(List.of("gone"));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (Files.exists(dead)) {
                assertThat(System.nanoTime() - end).isNegative();
                Thread.onSpinWait();
            }
        }
    }

    private void awaitFiles(List<String> names) throws IOException, TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!files().equals(names)) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("there still is " + files());
            }
            Thread.onSpinWait();
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
