package io.latestimage.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.OneImageServer;
import io.latestimage.e2e.cluster.ReleaseClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Images images = new Images(1);
    private OneImageServer server;
    private ReleaseClient client;
    private Watch watch;

    @BeforeEach
    void upload() throws IOException {
        server = new OneImageServer();
        client = new ReleaseClient(server.target(), images);
        client.uploadOwn();
        watch = new Watch(client);
    }

    @AfterEach
    void close() {
        watch.close();
        server.close();
    }

    @Test
    void recordsNoFailureWhileTheReleaseReturnsItsImage() throws Exception {
        Await.until("some downloads are done", LIMIT, () -> watch.downloads() > 2);

        assertThat(watch.failures()).isEmpty();
    }

    @Test
    void recordsFailedDownloads() throws Exception {
        server.fail();

        Await.until("a failure is recorded", LIMIT, () -> !watch.failures().isEmpty());
    }

    @Test
    void recordsDownloadsOfAnotherImage() throws Exception {
        new ReleaseClient(server.target(), images).uploadOwn();

        Await.until("a failure is recorded", LIMIT, () -> !watch.failures().isEmpty());
    }

    @Test
    void toleratesStorageThatIsSlowForAMoment() throws Exception {
        server.markAsStale(number -> number < 2);

        Await.until("the downloads are fresh again", LIMIT, () -> watch.staleDownloads() == 2);
        assertThat(watch.failures()).isEmpty();
    }

    @Test
    void recordsAReleaseThatStaysStale() throws Exception {
        server.markAsStale(_ -> true);
        ReleaseClient impatient = new ReleaseClient(server.target(), images, Duration.ofSeconds(1));
        impatient.uploadOwn();

        try (Watch stale = new Watch(impatient)) {
            Await.until("the first download is stale", LIMIT, () -> stale.staleDownloads() > 0);
            // The check is still in progress. Its end is awaited, so that a failure just before a verdict counts.
            assertThat(stale.failures()).first().asString().contains("still marks its image as stale after 1 s");
        }
    }

    @Test
    void recordsAReleaseOfWhichOnePodStaysStale() throws Exception {
        server.markAsStale(number -> number % 3 == 0);
        ReleaseClient patient = new ReleaseClient(server.target(), images, Duration.ofSeconds(5));
        patient.uploadOwn();

        try (Watch stale = new Watch(patient)) {
            Await.until("a failure is recorded", LIMIT, () -> !stale.failures().isEmpty());
        }
    }

    @Test
    void refusesToReportFailuresAfterItHasEnded() throws Exception {
        watch.close();

        Await.until("the watch has ended", LIMIT, () -> !watch.isRunning());
        assertThatThrownBy(watch::failures).hasMessageContaining("has ended");
    }
}
