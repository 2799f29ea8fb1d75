package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.browser.Gateway.Exchange;
import io.latestimage.e2e.browser.Page.Way;
import io.latestimage.e2e.system.BrokenStorage;
import io.latestimage.e2e.system.Program;
import io.latestimage.e2e.system.ServiceProcess;
import io.latestimage.e2e.system.TestMount;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The storage of both replicas hangs. The page keeps its picture, says so, and recovers by itself. */
@InBrowser
class OutageTest {
    private static final String[] FAST = {"STORAGE_TIMEOUT", "2s", "DRAIN_TIME", "0s"};

    @AutoClose
    private static Browser browser;

    @TempDir
    private Path folder;

    private final Photo photo = Photo.landscape(640, 480);
    private final Photo newer = Photo.landscape(800, 450);

    @BeforeAll
    static void start() {
        browser = Browser.start();
    }

    @Test
    void keepsThePictureDuringAnOutageOfTheStorage() throws Exception {
        BrokenStorage storage = new BrokenStorage(folder);
        try (TestMount mount = storage.mount();
                ServiceProcess first = storage.start(Program.SERVICE, FAST);
                ServiceProcess second = storage.start(Program.SERVICE, FAST);
                Gateway gateway = new Gateway("/", first.target())) {
            Replicas.upload(second, photo);
            Page page = Page.open(browser, gateway.address());
            page.awaitPhoto(photo);
            page.awaitState("shown");
            Exchange waiting = gateway.awaitWaitingRequest();

            mount.stop();
            page.awaitState("stale");
            assertThat(waiting.answer().join())
                    .as("the request that waited, and not a later one, has told of the outage")
                    .contains("fwd=stale")
                    .doesNotContain("Preference-Applied");
            assertThat(page.isVisible("stale")).isTrue();
            assertThat(page.seen().picture()).isEqualTo(photo.size());
            page.assertAccessible("stale");
            Reply refused = Replicas.put(first, newer.bytes()).send();
            assertThat(refused.status()).as(refused::text).isEqualTo(503);
            page.give(Way.CHOOSE, Files.write(folder.resolve("newer.png"), newer.bytes()));
            page.awaitError(Replicas.detail(refused));
            assertThat(page.states()).doesNotContain("offline", "empty");

            mount.resume();
            page.awaitState("shown");
            assertThat(page.isVisible("stale")).isFalse();
            assertThat(page.seen().picture()).isEqualTo(photo.size());
            SingleRequest upload = Replicas.put(second, newer.bytes());
            Await.atMost(Page.PATIENCE).value("the storage takes uploads again", upload::send, Reply::succeeded);
            page.awaitPhoto(newer);
            page.assertNotReloaded();
            page.assertNoMisdeeds("status of 503");
        }
    }
}
