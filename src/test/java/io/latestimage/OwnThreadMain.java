package io.latestimage;

import io.latestimage.http.Lifecycle;
import io.latestimage.store.AlwaysAvailable;
import java.io.IOException;

/** A negative control: looks at the volume on the thread of each request. */
final class OwnThreadMain {
    private OwnThreadMain() {}

    public static void main(String[] args) throws Exception {
        ServerConfig config = ServerConfig.parse(System.getenv());
        Lifecycle lifecycle = new Lifecycle();
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
