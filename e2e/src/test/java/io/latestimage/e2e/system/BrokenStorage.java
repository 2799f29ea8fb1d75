package io.latestimage.e2e.system;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Storage that can be made to hang or to fail: the folder {@code disk}, which replicas see as {@code data} through a
 * process that is stopped or killed.
 *
 * @param folder has both
 */
record BrokenStorage(Path folder) {
    /** What an answer says that the service gives without its storage. */
    static final String UNAVAILABLE = "storage-unavailable";
    /** Long, so that "at once" is far from it on a slow machine too. */
    static final Duration STORAGE_TIMEOUT = Duration.ofSeconds(10);

    static final Duration PATIENCE = Duration.ofSeconds(60);

    TestMount mount() throws Exception {
        return TestMount.bindfs(disk().path(), data());
    }

    /** What is really there. */
    VolumeFolder disk() {
        return new VolumeFolder(folder.resolve("disk"));
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** A program over the mount, with settings in addition or instead: key, value. */
    ServiceProcess start(Program program, String... setting) throws IOException {
        Map<String, String> environment = new HashMap<>(
                Map.of("IMAGE_DIR", data().toString(), "STORAGE_TIMEOUT", STORAGE_TIMEOUT.toSeconds() + "s"));
        for (int i = 0; i < setting.length; i += 2) {
            environment.put(setting[i], setting[i + 1]);
        }
        return ServiceProcess.start(program, List.of(), environment);
    }
}
