package io.latestimage.control;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.server.ImageServer;
import io.latestimage.store.AlwaysAvailable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A negative control: answers from its cache, and revalidates only now and then. */
public final class UncheckedMain {
    private UncheckedMain() {}

    public static void main(String[] args) throws Exception {
        ServerConfig config = ServerConfig.parse(System.getenv());
        ReplicaState lifecycle = new ReplicaState();
        ImageServer server = new ImageServer(config, lifecycle, new WebApp(config, lifecycle, NowAndThen::new));
        server.start();
        server.join();
    }

    private static final class NowAndThen implements AlwaysAvailable {
        private static final Duration INTERVAL = Duration.ofMillis(20);

        private final Check check;
        private final CountDownLatch known = new CountDownLatch(1);

        NowAndThen(Check check) {
            this.check = check;
            Thread.ofPlatform().daemon().start(this::revalidateForever);
        }

        private void revalidateForever() {
            while (true) {
                try {
                    check.run();
                    known.countDown();
                } catch (IOException e) {
                    System.err.println("not revalidated: " + e);
                }
                LockSupport.parkNanos(INTERVAL.toNanos());
            }
        }

        @Override
        public Result await() {
            try {
                known.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Result.FRESH;
        }
    }
}
