package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.ServerConfig;
import io.latestimage.server.ImageServer;
import io.latestimage.store.Freshness;
import io.latestimage.store.StoreException;
import io.latestimage.store.StoreFailure.Outage;
import io.latestimage.store.StoreFailure.StorageUnavailable;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client waits on a replica whose storage is out. Another replica, over the same volume, has no outage. */
class WaitingOutageTest {
    private static final byte[] IMAGE = Form.png(1, 1000);
    private static final byte[] NEXT = Form.png(2, 2000);

    private final ReplicaState state = new ReplicaState();
    /** The revalidations that waiters share, and those of single requests. */
    private final AtomicInteger shared = new AtomicInteger();

    private final AtomicInteger single = new AtomicInteger();
    private volatile Optional<Outage> outage = Optional.empty();

    @TempDir
    private Path folder;

    @AutoClose
    private TestServer other;

    private WebApp app;
    private ImageServer server;
    private String tag;

    @AutoClose
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        other = TestServer.start(folder);
        ServerConfig config = ServerConfig.parse(Map.of(
                "APP_PORT",
                "0",
                "IMAGE_DIR",
                folder.resolve("data").toString(),
                "SPOOL_DIR",
                folder.resolve("spool").toString(),
                "DRAIN_TIME",
                "0s"));
        app = new WebApp(config, state, Scripted::new);
        server = new ImageServer(config, state, app);
        server.start();
        upload(IMAGE);
        tag = RawClient.get(server.port(), "/image").header("ETag").orElseThrow();
        client = RawClient.connect(server.port());
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
            (Thread.currentThread().getName().equals("waiters") ? shared : single).incrementAndGet();
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

    private void upload(byte[] image) throws Exception {
        assertThat(RawClient.exchange(other.port(), Form.upload(image)).status())
                .isEqualTo(201);
    }

    private void startWaiting(int seconds) throws Exception {
        client.send(RawClient.head("GET", "/image", "If-None-Match: " + tag, "Prefer: wait=" + seconds));
        Await.until("the request waits", () -> app.waiting() == 1);
    }

    private void failStorage() {
        outage = Optional.of(new StorageUnavailable());
    }

    @Test
    void learnsAtOnceThatAnOutageHasBegun() throws Exception {
        startWaiting(50);
        failStorage();
        Response response = client.readResponse();
        assertStale(response);
        assertThat(response.header("Preference-Applied")).isEmpty();
    }

    @Test
    void waitsDuringTheOutageAndLearnsThatNothingIsCertain() throws Exception {
        failStorage();
        upload(NEXT); // which this replica cannot see
        startWaiting(2);
        Response response = client.readResponse();
        assertStale(response);
        assertThat(response.header("Preference-Applied")).contains("wait=2");
    }

    private void assertStale(Response response) {
        assertThat(response.status()).isEqualTo(304);
        assertThat(response.header("ETag")).contains(tag);
        assertThat(response.header("Cache-Status")).contains("latest-image; fwd=stale; detail=storage-unavailable");
    }

    @Test
    void doesNotRevalidateOnceMoreForEachRequest() throws Exception {
        startWaiting(1);
        int before = single.get();
        assertThat(client.readResponse().status()).isEqualTo(304);
        assertThat(single).hasValue(before);
        assertThat(shared.get()).isPositive();
    }

    /**
     * A revalidation that was hanging since before the request arrived is not enough: the image may have been replaced
     * in between. So the answer to this request waits for one more.
     */
    @Test
    void returnsTheNextImageWhenTheStorageIsBack() throws Exception {
        failStorage();
        startWaiting(50);
        int before = single.get();
        upload(NEXT);
        int rounds = shared.get();
        Await.until("some rounds during the outage", () -> shared.get() > rounds + 1);
        assertThat(app.waiting()).isOne();
        outage = Optional.empty();
        Response response = client.readResponse();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(NEXT);
        assertThat(response.header("Cache-Status")).isEmpty();
        assertThat(single).hasValue(before + 1);
    }
}
