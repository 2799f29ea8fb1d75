package io.latestimage.control;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.server.ImageServer;
import io.latestimage.store.AlwaysAvailable;
import io.latestimage.store.StoreException;
import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import java.io.IOException;
import java.util.Optional;

/** A negative control: revalidates on the thread of each request. */
public final class OwnThreadMain {
    private OwnThreadMain() {}

    public static void main(String[] args) throws Exception {
        ServerConfig config = ServerConfig.parse(System.getenv());
        ReplicaState state = new ReplicaState();
        ImageServer server = new ImageServer(config, state, new WebApp(config, state, OwnThread::new));
        server.start();
        server.join();
    }

    private record OwnThread(Revalidation revalidation) implements AlwaysAvailable {
        @Override
        public Optional<Outage> await() {
            try {
                revalidation.run();
                return Optional.empty();
            } catch (IOException | StoreException e) {
                return Optional.of(new StorageUnavailable());
            }
        }
    }
}
