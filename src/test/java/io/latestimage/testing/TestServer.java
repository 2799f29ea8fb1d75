package io.latestimage.testing;

import io.latestimage.config.InvalidSettingsException;
import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.server.ImageServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The real server in this JVM, on a free port, over folders of its own. */
public final class TestServer implements AutoCloseable {
    private final ImageServer server;
    private final WebApp app;
    private final Path imageDir;

    private TestServer(ImageServer server, WebApp app, Path imageDir) {
        this.server = server;
        this.app = app;
        this.imageDir = imageDir;
    }

    /**
     * Starts with quick settings: no drain time, an image of at most 1 MiB.
     *
     * @param folder an empty one, in which the folders "data" and "spool" are created
     * @param settings in addition, or instead: key, value, key, value
     */
    public static TestServer start(Path folder, String... settings) throws Exception {
        ServerConfig config = config(folder, settings);
        ReplicaState state = new ReplicaState();
        WebApp app = new WebApp(config, state);
        ImageServer server = new ImageServer(config, state, app);
        server.start();
        return new TestServer(server, app, config.imageDir());
    }

    private static ServerConfig config(Path folder, String... settings) throws InvalidSettingsException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "APP_PORT", "0",
                "IMAGE_DIR", folder.resolve("data").toString(),
                "SPOOL_DIR", folder.resolve("spool").toString(),
                "MAX_IMAGE_SIZE", "1MiB",
                "DRAIN_TIME", "0s"));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return ServerConfig.parse(environment);
    }

    public int port() {
        return server.port();
    }

    public int connections() {
        return server.connections();
    }

    public ReplicaState state() {
        return server.state();
    }

    /** Waits until so many requests wait for another image. */
    public void awaitWaiting(int count) throws Exception {
        Await.until(count + " requests wait, and no more", () -> app.waiting() == count);
    }

    /** The names of all files in the volume but the manifest and the image. */
    public List<String> otherFiles() throws IOException {
        return StoredImage.others(imageDir);
    }

    /** The image as it is in the volume. */
    public byte[] storedImage() throws IOException {
        return StoredImage.read(imageDir);
    }

    /** Drains and stops. */
    public void stop() {
        server.stop();
    }

    @Override
    public void close() {
        server.stop();
    }
}
