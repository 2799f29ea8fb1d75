package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.browser.Gateway.Exchange;
import io.latestimage.e2e.system.ServiceProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas restart while the page is open. Nobody needs to load the page anew. */
@InBrowser
class RestartTest {
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

    /** The page was opened at one replica, with no proxy before it, and this one is killed. */
    @Test
    void saysThatNothingAnswersAndGoesOnAfterARestart() throws Exception {
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(photo);
            replicas.first().kill();
            page.awaitState("offline");
            assertThat(page.seen().picture()).isEqualTo(photo.size());
            page.assertAccessible("offline");
            Replicas.upload(replicas.second(), newer);
            replicas.restartFirst();
            page.awaitPhoto(newer);
            page.awaitState("shown");
            page.assertNotReloaded();
            page.assertNoMisdeeds("net::ERR_");
        }
    }

    /** The request that waits breaks when its replica is killed, and the next one goes to the other replica. */
    @Test
    void showsNothingOfOneBrokenRequest() throws Exception {
        try (Replicas replicas = Replicas.on(folder);
                Gateway gateway = new Gateway(
                        "/", replicas.first().target(), replicas.second().target())) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, gateway.address());
            page.awaitPhoto(photo);
            Exchange waiting = gateway.awaitWaitingRequest();
            replicas.first().kill();
            Replicas.upload(replicas.second(), newer);
            page.awaitPhoto(newer);
            assertThat(waiting.isAnswered(200)).isFalse();
            assertThat(page.states()).isSubsetOf("loading", "shown");
            page.assertNotReloaded();
            page.assertNoMisdeeds("net::ERR_");
        }
    }

    /** As in a rollout: a new replica starts, and the old one gets SIGTERM. The person at the page notices nothing. */
    @Test
    void showsNothingOfARollout() throws Exception {
        try (Replicas replicas = Replicas.on(folder)) {
            try (ServiceProcess old = replicas.first();
                    Gateway gateway =
                            new Gateway("/", old.target(), replicas.second().target())) {
                Replicas.upload(replicas.second(), photo);
                Page page = Page.open(browser, gateway.address());
                page.awaitPhoto(photo);
                replicas.replaceFirst();
                gateway.use(replicas.first().target(), replicas.second().target());
                old.terminate();
                assertThat(old.process().waitFor()).isZero();
                Replicas.upload(replicas.second(), newer);
                page.awaitPhoto(newer);
                assertThat(page.states()).isSubsetOf("loading", "shown");
                page.assertNotReloaded();
                page.assertNoMisdeeds();
            }
        }
    }
}
