package io.latestimage.control;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import io.latestimage.server.ImageServer;
import io.latestimage.store.Freshness;
import io.latestimage.store.SharedRevalidation;
import io.latestimage.store.StoreException;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * The service, and no control: it also writes into the file {@code COUNTERS} how often it has revalidated, and how many
 * requests wait. Each is a number of 8 bytes.
 */
public final class CountingMain {
    private static final int REVALIDATIONS = 0;
    private static final int WAITING = Long.BYTES;
    private static final int SIZE = 2 * Long.BYTES;
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private CountingMain() {}

    public static void main(String[] args) throws Exception {
        MappedByteBuffer counters = map(Path.of(Objects.requireNonNull(System.getenv("COUNTERS"))));
        ServerConfig config = ServerConfig.parse(System.getenv());
        ReplicaState state = new ReplicaState();
        WebApp app = new WebApp(
                config,
                state,
                revalidation -> new SharedRevalidation(new Counting(revalidation, counters), config.storageTimeout()));
        ImageServer server = new ImageServer(config, state, app);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.stop();
            Runtime.getRuntime().halt(0);
        }));
        server.start();
        while (true) {
            counters.putLong(WAITING, app.waiting());
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }

    private static MappedByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
        }
    }

    private record Counting(Freshness.Revalidation counted, MappedByteBuffer counters)
            implements Freshness.Revalidation {
        @Override
        public void run() throws IOException, StoreException {
            counters.putLong(REVALIDATIONS, counters.getLong(REVALIDATIONS) + 1);
            counted.run();
        }

        @Override
        public Duration elapsed() {
            return counted.elapsed();
        }
    }
}
