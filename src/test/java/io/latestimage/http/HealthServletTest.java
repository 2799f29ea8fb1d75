package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.ServerConfig;
import io.latestimage.server.ImageServer;
import io.latestimage.store.Freshness;
import io.latestimage.store.StoreException;
import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.ReplicaFault;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The status and the text of the health checks in every state of the replica. */
class HealthServletTest {
    private static final Outage STORAGE_UNAVAILABLE = new StorageUnavailable();
    private static final Outage REPLICA_FAULT = new ReplicaFault("the spool is full");

    private final ReplicaState state = new ReplicaState();
    private volatile Optional<Outage> outage = Optional.empty();

    @TempDir
    Path folder;

    private ImageServer server;

    @BeforeEach
    void start() throws Exception {
        ServerConfig config = ServerConfig.parse(Map.of(
                "APP_PORT",
                "0",
                "IMAGE_DIR",
                folder.resolve("data").toString(),
                "SPOOL_DIR",
                folder.resolve("spool").toString(),
                "DRAIN_TIME",
                "0s"));
        server = new ImageServer(config, state, new WebApp(config, state, Scripted::new));
        server.start();
    }

    @AfterEach
    void stop() {
        outage = Optional.empty();
        server.stop();
    }

    /** Revalidates for each reader, except during the outage that the test sets. */
    private final class Scripted implements Freshness {
        private final Revalidation revalidation;

        Scripted(Revalidation revalidation) {
            this.revalidation = revalidation;
        }

        @Override
        public synchronized Optional<Outage> await() {
            try {
                if (outage.isEmpty()) {
                    revalidation.run();
                }
                return outage;
            } catch (IOException | StoreException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void request() {}

        @Override
        public Optional<Outage> latest() {
            return outage;
        }

        @Override
        public void close() {}
    }

    @Test
    void isReadyWithoutAnImage() throws Exception {
        assertReadiness(200, "ready: no image yet");
    }

    @Test
    void isReadyWithAnImage() throws Exception {
        cacheAnImage();
        assertReadiness(200, "ready");
    }

    @Test
    void isReadyDuringAnOutageOfTheStorageIfItHasACachedImage() throws Exception {
        cacheAnImage();
        outage = Optional.of(STORAGE_UNAVAILABLE);
        assertReadiness(200, "ready: storage unavailable, serving the cached image");
    }

    @Test
    void isNotReadyDuringAnOutageOfTheStorageWithoutACachedImage() throws Exception {
        outage = Optional.of(STORAGE_UNAVAILABLE);
        assertReadiness(503, "storage unavailable, no cached image");
    }

    @Test
    void isNotReadyDuringAFaultOfItsOwnEvenWithACachedImage() throws Exception {
        cacheAnImage();
        outage = Optional.of(REPLICA_FAULT);
        assertReadiness(503, "this replica cannot copy the latest image: the spool is full; see its log");
    }

    @Test
    void isNotReadyDuringAFaultOfItsOwnWithoutACachedImage() throws Exception {
        outage = Optional.of(REPLICA_FAULT);
        assertReadiness(503, "this replica cannot copy the latest image: the spool is full; see its log");
    }

    @Test
    void isNotReadyWhileItDrains() throws Exception {
        cacheAnImage();
        state.drain();
        assertReadiness(503, "draining");
    }

    @Test
    void returnsTheAgeOfTheCachedImageDuringAnOutageOfTheStorage() throws Exception {
        cacheAnImage();
        outage = Optional.of(STORAGE_UNAVAILABLE);
        assertThat(RawClient.get(server.port(), "/healthz/fresh").status()).isEqualTo(200);
    }

    @Test
    void knowsNoAgeDuringAnOutageOfTheStorageWithoutACachedImage() throws Exception {
        outage = Optional.of(STORAGE_UNAVAILABLE);
        Response response = RawClient.get(server.port(), "/healthz/fresh");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).contains("The storage does not answer.");
    }

    private void cacheAnImage() throws Exception {
        assertThat(RawClient.exchange(server.port(), Form.upload(Form.png(1, 1000)))
                        .status())
                .isEqualTo(201);
        assertThat(RawClient.get(server.port(), "/image").status()).isEqualTo(200);
    }

    /** In every state the replica is live. */
    private void assertReadiness(int status, String text) throws Exception {
        assertHealth("/healthz/readiness", status, text);
        assertHealth("/healthz/liveness", 200, "live");
    }

    private void assertHealth(String path, int status, String text) throws Exception {
        Response response = RawClient.get(server.port(), path);
        assertThat(response.text()).isEqualTo(text + "\n");
        assertThat(response.status()).isEqualTo(status);
    }
}
