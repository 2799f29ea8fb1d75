package io.latestimage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often the views of a folder read the mount table. Each time is an operation STATUS on the folder. */
class VolumeTest {
    private static final String READ = "STATUS";

    @TempDir
    private Path folder;

    private final ScriptedClock clock = new ScriptedClock();

    private long reads() {
        return clock.operations().stream()
                .filter(operation -> operation.strip().equals(READ))
                .count();
    }

    @Test
    void readsTheMountTableOnceForAllViews() throws Exception {
        Supplier<Volume> views = Volume.views(folder, () -> clock);
        views.get().createManifest();
        assertThat(reads()).isOne();
        for (int i = 0; i < 3; i++) {
            views.get().open(Volume.MANIFEST).close();
        }
        assertThat(reads()).isOne();
        new Volume(folder, clock).open(Volume.MANIFEST).close();
        assertThat(reads()).as("control: a view of its own").isEqualTo(2);
    }

    /** Otherwise one failure would make a view treat NFS as another file system for ever. */
    @Test
    void readsTheMountTableAgainAfterAFailure() throws Exception {
        Path link = folder.resolve("link");
        Files.createSymbolicLink(link, link);
        Volume volume = new Volume(link, clock);
        assertThat(Mount.of(link)).as("too many symbolic links").isEmpty();
        assertThat(volume.isNfs()).isFalse();
        Files.delete(link);
        assertThat(volume.isNfs()).isFalse();
        assertThat(reads()).isEqualTo(2);
        assertThat(volume.isNfs()).isFalse();
        assertThat(reads()).as("known from then on").isEqualTo(2);
    }

    /** An operator may mount a shared file system on the folder while the service runs. */
    @Test
    void readsTheMountTableEachTimeTheManifestIsOpened() throws Exception {
        Volume volume = new Volume(folder, clock);
        for (int i = 1; i <= 3; i++) {
            boolean _ = volume.isLocal();
            assertThat(reads()).isEqualTo(i);
        }
    }
}
