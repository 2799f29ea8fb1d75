package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.browser.View.Theme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;

/** The page in the browser, by the ids and states that it promises. */
final class Page {
    /** Far longer than any change takes. A page that waits for a busy machine has not failed. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final String LOADED_AT = "return performance.timeOrigin";

    private final Browser browser;
    private final String base;
    private final String loadedAt;

    private Page(Browser browser, String base) {
        this.browser = browser;
        this.base = base;
        this.loadedAt = browser.value(LOADED_AT);
    }

    /** Ways in which a person gives the page a file. */
    enum Way {
        CHOOSE,
        DROP,
        PASTE
    }

    /**
     * Opens the page, and waits until it knows whether there is an image.
     *
     * @param address with a slash at the end of its path; it may have a user, a password and a query
     */
    static Page open(Browser browser, String address) throws Exception {
        browser.open(address);
        String base = address.replaceFirst("//[^/@]*@", "//").replaceFirst("\\?.*", "");
        Page page = new Page(browser, base);
        page.await("the page has loaded", seen -> !seen.state().equals("loading"));
        return page;
    }

    /**
     * What a person sees.
     *
     * @param state one of those in the attribute {@code data-state} of the body
     * @param picture the size of the image, such as {@code 640x480}, or {@code none}
     * @param error the text of the error, or an empty text
     */
    record Seen(String state, String picture, String error) {
        static Seen parse(String text) {
            List<String> words = Arrays.asList(text.split(" ", 3));
            return new Seen(words.get(0), words.get(1), words.get(2));
        }
    }

    Seen seen() {
        return Seen.parse(browser.ask("describe"));
    }

    private void await(String what, Predicate<Seen> wanted) throws Exception {
        Await.atMost(PATIENCE).value(what, this::seen, wanted);
    }

    /** Waits until the page is in a state. */
    void awaitState(String state) throws Exception {
        await("the page is in the state " + state, seen -> seen.state().equals(state));
    }

    /** Waits until the page shows this photo. */
    void awaitPhoto(Photo photo) throws Exception {
        await("the page shows " + photo.size(), seen -> seen.picture().equals(photo.size()));
    }

    /** Waits until the page shows an error with these words. */
    void awaitError(String words) throws Exception {
        await("the page shows the error: " + words, seen -> seen.error().contains(words));
    }

    /** Waits until an element is visible, or until it no longer is. */
    void awaitVisible(String id, boolean visible) throws Exception {
        Await.until("%s: visible is %s; %s".formatted(id, visible, seen()), PATIENCE, () -> isVisible(id) == visible);
    }

    boolean isVisible(String id) {
        return browser.holds("visible", id);
    }

    /** The text of an element, without what is hidden in it. */
    String text(String id) {
        return browser.ask("text", id);
    }

    /** The states that the page has been in since it was loaded, in this order. */
    List<String> states() {
        return browser.list("history");
    }

    /** Gives the page a file in one of the ways of a person. */
    void give(Way way, Path file) throws IOException {
        String name = file.getFileName().toString();
        String type = name.endsWith(".png") ? "image/png" : "application/octet-stream";
        switch (way) {
            case CHOOSE -> browser.type("choose", file.toAbsolutePath().toString());
            case DROP ->
                assertThat(browser.holds("drop", name, type, base64(file)))
                        .as("the page takes a file that is dropped on it")
                        .isTrue();
            case PASTE -> browser.ask("paste", name, type, base64(file));
        }
    }

    private static String base64(Path file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    }

    /** Asserts that the page is the one that was opened: nobody had to load it anew. */
    void assertNotReloaded() {
        assertThat(browser.value(LOADED_AT)).as("when the page was loaded").isEqualTo(loadedAt);
    }

    /**
     * What a page must never do, one text each: report an error on the console, try what its policy forbids, or send a
     * request anywhere but below its own address.
     *
     * @param expected words of errors on the console that this test causes, such as an answer 404
     */
    List<String> misdeeds(String... expected) {
        List<String> misdeeds = new ArrayList<>(browser.list("violations"));
        browser.errors().stream()
                .filter(error -> Arrays.stream(expected).noneMatch(error::contains))
                .forEach(misdeeds::add);
        browser.requests().stream()
                .filter(request -> !request.startsWith(base))
                .map(request -> "request to " + request)
                .forEach(misdeeds::add);
        return misdeeds;
    }

    /** Asserts that the page has done nothing of the kind. */
    void assertNoMisdeeds(String... expected) {
        assertThat(browser.requests()).as("the requests of the page").isNotEmpty();
        assertThat(misdeeds(expected)).isEmpty();
    }

    /** Asserts in both themes that axe finds nothing to object to, and takes a screenshot of each. */
    void assertAccessible(String name) throws Exception {
        for (Theme theme : Theme.values()) {
            browser.show(theme);
            browser.screenshot(name + "-" + theme);
            assertThat(Axe.violations(browser)).as("%s, %s", name, theme).isEmpty();
        }
        browser.show(Theme.LIGHT);
    }
}
