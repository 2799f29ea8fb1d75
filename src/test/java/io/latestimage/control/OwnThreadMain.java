package io.latestimage.control;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.server.ImageServer;
import io.latestimage.store.AlwaysAvailable;
import java.io.IOException;

/** A negative control: revalidates on the thread of each request. */
public final class OwnThreadMain {
    private OwnThreadMain() {}

    public static void main(String[] args) throws Exception {
        ServerConfig config = ServerConfig.parse(System.getenv());
        ReplicaState lifecycle = new ReplicaState();
        ImageServer server = new ImageServer(config, lifecycle, new WebApp(config, lifecycle, OwnThread::new));
        server.start();
        server.join();
    }

    private record OwnThread(Check check) implements AlwaysAvailable {
        @Override
        public Result await() {
            try {
                check.run();
                return Result.FRESH;
            } catch (IOException e) {
                return Result.STORAGE_UNAVAILABLE;
            }
        }
    }
}
