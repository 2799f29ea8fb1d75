package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.browser.Page.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page says while there is an image, and while there is none, or an old one, or none for this person. */
@InBrowser
class StatesTest {
    /** The answer of a proxy whose users must log in anew. It has no challenge, so the browser asks for no password. */
    private static final String LOG_IN = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

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
    void describesTheImage() throws Exception {
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(photo);
            page.awaitState("shown");
            page.awaitVisible("details", true);
            assertThat(page.text("type")).containsIgnoringCase("png");
            assertThat(page.text("size")).containsPattern("\\d.*B|\\d.* bytes");
            assertThat(page.text("age")).isNotBlank();
            assertThat(page.text("server")).isNotBlank();
            assertThat(List.of("empty", "stale", "old", "progress", "token-dialog"))
                    .noneMatch(page::isVisible);
            page.assertAccessible("shown");
            page.assertNoMisdeeds();
        }
    }

    @Test
    void saysThatThereIsNoImageYetOrAnyMore() throws Exception {
        Photo own = Photo.landscape(720, 405);
        try (Replicas replicas = Replicas.on(folder)) {
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitState("empty");
            assertThat(page.isVisible("empty")).isTrue();
            assertThat(page.text("empty")).isNotBlank();
            page.assertAccessible("empty");
            Replicas.upload(replicas.second(), photo);
            page.awaitPhoto(photo);
            page.awaitVisible("empty", false);
            Replicas.delete(replicas.second());
            page.awaitState("empty");
            assertThat(page.isVisible("empty")).isTrue();
            assertThat(page.isVisible("picture")).isFalse();
            page.give(Way.CHOOSE, Files.write(folder.resolve("own.png"), own.bytes()));
            page.awaitPhoto(own);
            page.awaitState("shown");
            Replicas.assertHas(replicas.second(), own);
            page.assertNotReloaded();
            page.assertNoMisdeeds("status of 404");
        }
    }

    /** The page knows by itself when an image becomes too old, without an answer that says so. */
    @Test
    void saysThatTheImageIsOld() throws Exception {
        try (Replicas replicas = Replicas.on(folder, "MAX_AGE", "8s")) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(photo);
            page.awaitState("old");
            assertThat(page.isVisible("old")).isTrue();
            assertThat(page.seen().picture()).isEqualTo(photo.size());
            page.assertAccessible("old");
            int earlier = page.states().size();
            Replicas.upload(replicas.second(), newer);
            page.awaitPhoto(newer);
            page.awaitState("old");
            List<String> later = page.states().subList(earlier, page.states().size());
            assertThat(later).as("the states since a new image").first().isEqualTo("shown");
            page.assertNotReloaded();
            page.assertNoMisdeeds();
        }
    }

    /** A session of a proxy before the service has ended, or a token no longer counts. */
    @Test
    void saysThatThePersonMayNotSeeTheImage() throws Exception {
        try (Replicas replicas = Replicas.on(folder);
                Gateway gateway = new Gateway("/", replicas.first().target())) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, gateway.address());
            page.awaitPhoto(photo);
            gateway.answerAll(LOG_IN);
            Replicas.upload(replicas.second(), newer); // answers the request that waits
            page.awaitState("unauthorized");
            page.assertAccessible("unauthorized");
            gateway.forwardAll();
            browser.reload();
            page.awaitPhoto(newer);
            page.awaitState("shown");
            page.assertNoMisdeeds("status of 401");
        }
    }

    @Test
    void showsNothingButThePictureOnAWall() throws Exception {
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(photo);
            assertThat(browser.list("extras"))
                    .as("negative control: what else there is")
                    .contains("fullscreen");
            Page kiosk = Page.open(browser, Replicas.page(replicas.first()) + "?kiosk");
            kiosk.awaitPhoto(photo);
            assertThat(browser.value("return document.body.classList.contains('kiosk')"))
                    .isEqualTo("true");
            assertThat(browser.list("extras")).isEmpty();
            assertThat(browser.list("layoutProblems")).isEmpty();
            kiosk.assertAccessible("kiosk");
            Replicas.upload(replicas.second(), newer);
            kiosk.awaitPhoto(newer);
            assertThat(browser.list("extras")).isEmpty();
            browser.screenshot("kiosk");
            kiosk.assertNotReloaded();
            kiosk.assertNoMisdeeds();
        }
    }
}
