package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person uses the page with the keyboard alone. TokenTest does the same with the dialog for the token. */
@InBrowser
class KeyboardTest {
    private static final int MOST_CONTROLS = 20;

    @AutoClose
    private static Browser browser;

    @TempDir
    private Path folder;

    private final Photo photo = Photo.landscape(640, 480);

    @BeforeAll
    static void start() {
        browser = Browser.start();
    }

    @Test
    void reachesEveryControlAndSeesWhereTheFocusIs() throws Exception {
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(photo);
            List<String> reached = new ArrayList<>();
            browser.press(Browser.TAB);
            String focused = browser.ask("focused");
            while (!focused.equals("BODY") && !reached.contains(focused) && reached.size() < MOST_CONTROLS) {
                reached.add(focused);
                assertThat(browser.holds("focusIsVisible"))
                        .as("the focus on %s is visible", focused)
                        .isTrue();
                browser.press(Browser.TAB);
                focused = browser.ask("focused");
            }
            assertThat(reached).contains("choose", "fullscreen").doesNotContain("token", "cancel");
            page.assertNoMisdeeds();
        }
    }

    @Test
    void opensTheFullScreen() throws Exception {
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(photo);
            for (int i = 0; i < MOST_CONTROLS && !browser.ask("focused").equals("fullscreen"); i++) {
                browser.press(Browser.TAB);
            }
            assertThat(browser.ask("focused")).isEqualTo("fullscreen");
            browser.press(Browser.ENTER);
            Await.until("the picture has the whole screen", Page.PATIENCE, () -> browser.holds("isFullScreen"));
            assertThat(browser.list("extras")).isEmpty();
            browser.run("document.exitFullscreen()");
            page.awaitVisible("fullscreen", true);
            page.assertNoMisdeeds();
        }
    }
}
