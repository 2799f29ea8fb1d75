package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.browser.Gateway.Exchange;
import io.latestimage.e2e.browser.Page.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page follows the image, whoever replaces it, wherever. */
@InBrowser
class LiveUpdateTest {
    @AutoClose
    private static Browser browser;

    @TempDir
    private Path folder;

    private final Photo before = Photo.landscape(640, 480);
    private final Photo after = Photo.landscape(800, 450);

    @BeforeAll
    static void start() {
        browser = Browser.start();
    }

    /**
     * The request that waited when the image was replaced brings the new one, so the page is as fast as the service.
     * The order of events shows that, and not a time, which would depend on the machine.
     */
    @Test
    void showsAnUploadToAnotherReplica() throws Exception {
        try (Replicas replicas = Replicas.on(folder);
                Gateway gateway = new Gateway("/", replicas.first().target())) {
            Replicas.upload(replicas.second(), before);
            Page page = Page.open(browser, gateway.address());
            page.awaitPhoto(before);
            Exchange waiting = gateway.awaitWaitingRequest();
            String status = page.text("status");
            Replicas.upload(replicas.second(), after);
            long uploaded = System.nanoTime();
            page.awaitPhoto(after);
            System.out.printf(
                    "The page showed an upload to the other replica after %d ms.%n",
                    Duration.ofNanos(System.nanoTime() - uploaded).toMillis());
            assertThat(waiting.isAnswered(200))
                    .as("the request that waited has brought the image: %s", waiting.answer())
                    .isTrue();
            Await.atMost(Page.PATIENCE)
                    .value(
                            "a screen reader says something new",
                            () -> page.text("status"),
                            words -> !words.equals(status));
            assertThat(page.states()).doesNotContain("offline", "stale", "empty");
            page.assertNotReloaded();
            page.assertNoMisdeeds();
        }
    }

    @Test
    void showsEachOfSeveralUploads() throws Exception {
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), before);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(before);
            for (int i = 1; i <= 6; i++) {
                Photo next = Photo.landscape(400 + i, 300);
                Replicas.upload(i % 2 == 0 ? replicas.first() : replicas.second(), next);
                page.awaitPhoto(next);
            }
            page.assertNotReloaded();
            page.assertNoMisdeeds();
        }
    }

    @Test
    void endsWithTheLastOfManyUploadsAtOnce() throws Exception {
        List<Photo> photos = List.of(
                Photo.landscape(501, 300), Photo.landscape(502, 300), Photo.landscape(503, 300), Photo.noise(504, 300));
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), before);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(before);
            for (Photo photo : photos) {
                Replicas.upload(replicas.second(), photo);
            }
            page.awaitPhoto(photos.getLast());
            page.assertNoMisdeeds();
        }
    }

    /** Everything but the path in front is the same behind a proxy that serves the page below a prefix. */
    @Test
    void worksBelowAnyPrefix() throws Exception {
        Photo own = Photo.landscape(720, 405);
        Path file = Files.write(folder.resolve("own.png"), own.bytes());
        try (Replicas replicas = Replicas.on(folder);
                Gateway gateway =
                        new Gateway("/cameras/front%20door/", replicas.first().target())) {
            Replicas.upload(replicas.second(), before);
            Page page = Page.open(browser, gateway.address());
            page.awaitPhoto(before);
            Replicas.upload(replicas.second(), after);
            page.awaitPhoto(after);
            page.give(Way.DROP, file);
            page.awaitPhoto(own);
            Replicas.assertHas(replicas.second(), own);
            assertThat(gateway.exchanges())
                    .allSatisfy(exchange -> assertThat(exchange.path()).startsWith("/cameras/front%20door/"));
            page.assertNoMisdeeds();
        }
    }
}
