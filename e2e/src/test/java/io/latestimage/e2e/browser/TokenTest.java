package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.browser.Gateway.Exchange;
import io.latestimage.e2e.browser.Page.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service wants a token. The page asks for it, and keeps it for the tab alone. */
@InBrowser
class TokenTest {
    private static final String DIALOG = "return document.getElementById('token-dialog').innerText";

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

    @Test
    void asksForTheTokenUntilItIsRight() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "right\n");
        Path file = Files.write(folder.resolve("after.png"), after.bytes());
        Path next = Files.write(folder.resolve("before.png"), before.bytes());
        try (Replicas replicas = Replicas.on(folder, "UPLOAD_TOKEN_FILE", token.toString());
                Gateway gateway = new Gateway("/", replicas.first().target())) {
            Page page = Page.open(browser, gateway.address());
            page.give(Way.CHOOSE, file);
            page.awaitVisible("token-dialog", true);
            assertThat(browser.ask("focused")).isEqualTo("token");
            page.assertAccessible("token");
            String question = browser.value(DIALOG);

            browser.type("token", "wrong");
            browser.click("token-submit");
            awaitRefusals(gateway, 2);
            page.awaitVisible("token-dialog", true);
            assertThat(browser.value(DIALOG))
                    .as("says that the token was wrong")
                    .isNotEqualTo(question);
            page.assertAccessible("wrong-token");
            assertThat(page.seen().state()).isEqualTo("empty");

            browser.run("document.getElementById('token').value = ''");
            browser.type("token", "right");
            browser.click("token-submit");
            page.awaitPhoto(after);
            page.awaitVisible("token-dialog", false);
            Replicas.assertHas(replicas.second(), after);
            assertThat(uploads(gateway).getLast().head()).containsIgnoringCase("\r\nauthorization: bearer right\r\n");
            assertThat(browser.value("return localStorage.length + document.cookie.length"))
                    .as("what is kept beyond the tab")
                    .isEqualTo("0");

            browser.reload();
            page.awaitPhoto(after);
            page.give(Way.CHOOSE, next);
            page.awaitPhoto(before);
            awaitRefusals(gateway, 2);
            page.assertNoMisdeeds("status of 404", "status of 401");
        }
    }

    /** A person who has no token leaves the dialog, with the keyboard. */
    @Test
    void uploadsNothingWithoutAToken() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "right\n");
        try (Replicas replicas = Replicas.on(folder, "UPLOAD_TOKEN_FILE", token.toString())) {
            Reply uploaded = Replicas.put(replicas.second(), before.bytes())
                    .with("Authorization", "Bearer right")
                    .send();
            assertThat(uploaded.succeeded()).as(uploaded::text).isTrue();
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(before);
            page.give(Way.CHOOSE, Files.write(folder.resolve("after.png"), after.bytes()));
            page.awaitVisible("token-dialog", true);
            browser.press(Browser.ESCAPE);
            page.awaitVisible("token-dialog", false);
            page.awaitVisible("progress", false);
            assertThat(page.seen().picture()).isEqualTo(before.size());
            Replicas.assertHas(replicas.second(), before);
            page.give(Way.CHOOSE, Files.write(folder.resolve("again.png"), after.bytes()));
            page.awaitVisible("token-dialog", true);
            browser.press("right", Browser.ENTER);
            page.awaitPhoto(after);
            page.assertNoMisdeeds("status of 401");
        }
    }

    /** The browser sends the token as a password, also with requests of the page. A link may contain it. */
    @Test
    void showsTheImageToWhomHasTheTokenForReading() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "glance\n");
        try (Replicas replicas = Replicas.on(folder, "READ_TOKEN_FILE", token.toString())) {
            Replicas.upload(replicas.second(), before);
            Reply refused = SingleRequest.get(replicas.first().target(), "/").send();
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).startsWith("Basic ");

            String address = Replicas.page(replicas.first());
            Page page = Page.open(browser, address.replace("//", "//anybody:glance@"));
            page.awaitPhoto(before);
            Replicas.upload(replicas.second(), after);
            page.awaitPhoto(after);
            page.assertNoMisdeeds();

            Page known = Page.open(browser, address);
            known.awaitPhoto(after);
            Photo own = Photo.landscape(720, 405);
            known.give(Way.DROP, Files.write(folder.resolve("own.png"), own.bytes()));
            known.awaitPhoto(own);
            known.assertNoMisdeeds();
        }
    }

    private static List<Exchange> uploads(Gateway gateway) {
        return gateway.exchanges().stream()
                .filter(exchange -> exchange.method().equals("PUT"))
                .toList();
    }

    /** Waits until so many uploads have been refused for their token, and expects that no more have. */
    private static void awaitRefusals(Gateway gateway, long expected) throws Exception {
        Await.atMost(Page.PATIENCE)
                .value(
                        "uploads refused with 401",
                        () -> uploads(gateway).stream()
                                .filter(upload -> upload.isAnswered(401))
                                .count(),
                        count -> count == expected);
    }
}
