package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.browser.View.Theme;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page fits every screen from a phone to 4K, in both themes, whatever the shape of the image. */
@InBrowser
class LayoutTest {
    /** In CSS pixels. 320 is the width at which WCAG 1.4.10 allows no scrolling sideways. */
    private static final List<View> WINDOWS = List.of(
            new View(320, 568, Theme.LIGHT),
            new View(360, 740, Theme.LIGHT),
            new View(740, 360, Theme.LIGHT),
            new View(768, 1024, Theme.LIGHT),
            new View(1280, 800, Theme.LIGHT),
            new View(2560, 1440, Theme.LIGHT));

    @AutoClose
    private static Browser browser;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        browser = Browser.start();
    }

    @Test
    void fitsEveryWindowInBothThemes() throws Exception {
        Photo photo = Photo.landscape(1600, 1000);
        List<Photo> shapes = List.of(Photo.landscape(900, 1600), Photo.landscape(3000, 300), Photo.landscape(16, 12));
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(photo);
            page.awaitState("shown");
            for (View window : WINDOWS) {
                for (Theme theme : Theme.values()) {
                    browser.show(window.in(theme));
                    browser.screenshot("page-%d-%s".formatted(window.width(), theme));
                    assertLaysOut(photo, window);
                    assertThat(browser.holds("hasLightText"))
                            .as("the text is light, %s", theme)
                            .isEqualTo(theme == Theme.DARK);
                }
            }
            for (Photo shape : shapes) {
                Replicas.upload(replicas.second(), shape);
                page.awaitPhoto(shape);
                for (View window : WINDOWS) {
                    browser.show(window);
                    assertLaysOut(shape, window);
                }
            }
            assertThat(browser.value("return document.querySelector('meta[name=viewport]').content"))
                    .as("phones use their own width")
                    .contains("width=device-width");
            page.assertNoMisdeeds();
        }
    }

    /** Tools to judge an accessible page must find nothing on the smallest and on the largest screen either. */
    @Test
    void isAccessibleInTheSmallestAndInTheLargestWindow() throws Exception {
        Photo photo = Photo.landscape(1600, 1000);
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), photo);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(photo);
            for (View window : List.of(WINDOWS.getFirst(), WINDOWS.getLast())) {
                browser.show(window);
                page.assertAccessible("accessible-" + window.width());
            }
        }
    }

    private static void assertLaysOut(Photo photo, View window) {
        assertThat(browser.list("layoutProblems"))
                .as("%s in %dx%d", photo.size(), window.width(), window.height())
                .isEmpty();
    }
}
