package io.latestimage.control;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.server.ImageServer;
import io.latestimage.store.AlwaysAvailable;
import io.latestimage.store.StoreException;
import io.latestimage.store.StoreFailure.Outage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A negative control: answers from its cache, and revalidates only now and then. */
public final class UncheckedMain {
    private UncheckedMain() {}

    public static void main(String[] args) throws Exception {
        ServerConfig config = ServerConfig.parse(System.getenv());
        ReplicaState state = new ReplicaState();
        ImageServer server = new ImageServer(config, state, new WebApp(config, state, NowAndThen::new));
        server.start();
        server.join();
    }

    private static final class NowAndThen implements AlwaysAvailable {
        private static final Duration INTERVAL = Duration.ofMillis(20);

        private final Revalidation revalidation;
        private final CountDownLatch known = new CountDownLatch(1);

        NowAndThen(Revalidation revalidation) {
            this.revalidation = revalidation;
            Thread.ofPlatform().daemon().start(this::revalidateForever);
        }

        private void revalidateForever() {
            while (true) {
                try {
                    revalidation.run();
                    known.countDown();
                } catch (IOException | StoreException e) {
                    System.err.println("not revalidated: " + e);
                }
                LockSupport.parkNanos(INTERVAL.toNanos());
            }
        }

        @Override
        public Optional<Outage> await() {
            try {
                known.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Optional.empty();
        }
    }
}
