package io.latestimage.e2e.system;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Storage that hangs or fails on demand. The files are in the folder {@code disk}. Replicas see them in the folder
 * {@code data}, which a process serves. The storage hangs while this process is stopped, and fails after it is killed.
 *
 * @param folder the parent of both folders
 */
public record BrokenStorage(Path folder) {
    /** The detail in {@code Cache-Status} of an answer that the service gives without its storage. */
    static final String UNAVAILABLE = "storage-unavailable";
    /** Far longer than an immediate answer takes, even on a slow machine. */
    static final Duration STORAGE_TIMEOUT = Duration.ofSeconds(10);

    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Mounts the storage. The caller closes the mount, whatever its state is. */
    public TestMount mount() throws Exception {
        return TestMount.bindfs(disk().path(), data());
    }

    /** The files as they are, not through the mount. */
    VolumeFolder disk() {
        return new VolumeFolder(folder.resolve("disk"));
    }

    private Path data() {
        return folder.resolve("data");
    }

    /**
     * Starts a program that uses the mount.
     *
     * @param setting pairs of key and value, which are added to the settings of this class or replace them
     */
    public ServiceProcess start(Program program, String... setting) throws IOException {
        Map<String, String> environment = new HashMap<>(
                Map.of("IMAGE_DIR", data().toString(), "STORAGE_TIMEOUT", STORAGE_TIMEOUT.toSeconds() + "s"));
        for (int i = 0; i < setting.length; i += 2) {
            environment.put(setting[i], setting[i + 1]);
        }
        return ServiceProcess.start(program, List.of(), environment);
    }
}
