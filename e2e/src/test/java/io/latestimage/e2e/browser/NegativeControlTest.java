package io.latestimage.e2e.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.latestimage.e2e.Await;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each check of these tests finds a page that is broken in the way for which the check is there. */
@InBrowser
class NegativeControlTest {
    @AutoClose
    private static Browser browser;

    @TempDir
    private Path folder;

    private Replicas replicas;
    private Page page;

    @BeforeAll
    static void start() {
        browser = Browser.start();
    }

    @BeforeEach
    void open() throws Exception {
        Photo photo = Photo.landscape(640, 480);
        replicas = Replicas.on(folder);
        Replicas.upload(replicas.second(), photo);
        page = Page.open(browser, Replicas.page(replicas.first()));
        page.awaitPhoto(photo);
    }

    @AfterEach
    void close() {
        replicas.close();
    }

    @Test
    void axeFindsAPictureWithoutText() {
        browser.run("document.getElementById('picture').removeAttribute('alt')");
        assertThat(Axe.violations(browser)).anyMatch(violation -> violation.startsWith("image-alt at #picture"));
    }

    @Test
    void axeFindsFaintText() {
        browser.run("""
                const faint = document.createElement('p');
                faint.textContent = 'This is hard to read.';
                faint.style.cssText = 'color: #bbb; background: #fff';
                document.getElementById('status').append(faint);
                """);
        assertThat(Axe.violations(browser)).anyMatch(violation -> violation.startsWith("color-contrast"));
    }

    @Test
    void aScriptInThePageIsReported() throws Exception {
        browser.run("""
                const script = document.createElement('script');
                script.textContent = 'document.title = "changed"';
                document.body.append(script);
                """);
        awaitMisdeed(misdeed -> misdeed.startsWith("script-src-elem blocked inline"));
        assertThat(browser.value("return document.title")).isNotEqualTo("changed");
        assertThatThrownBy(page::assertNoMisdeeds).isInstanceOf(AssertionError.class);
    }

    @Test
    void anImageOfAnotherHostIsReported() throws Exception {
        browser.run("new Image().src = 'http://localhost:9/elsewhere.png'");
        awaitMisdeed(misdeed -> misdeed.startsWith("img-src blocked http://localhost:9"));
    }

    /** The list of requests alone shows it too, where no policy forbids the request. */
    @Test
    void aRequestToAnotherHostIsReported() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        int port = server.getAddress().getPort();
        server.createContext("/", exchange -> {
            byte[] body = """
                <!DOCTYPE html><title>asks another host for an image, which the policy would forbid</title>
                <body data-state="shown"><img id="picture" alt="" src="http://localhost:%d/elsewhere.png"></body>
                """.formatted(port).getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            page = Page.open(browser, "http://127.0.0.1:%d/".formatted(port));
            awaitMisdeed(misdeed -> misdeed.startsWith("request to http://localhost:" + port));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anErrorOnTheConsoleIsReported() throws Exception {
        browser.run("setTimeout(() => { throw new Error('a defect'); })");
        awaitMisdeed(misdeed -> misdeed.contains("a defect"));
        assertThat(page.misdeeds("a defect")).isEmpty();
    }

    @Test
    void aWideElementIsReported() {
        browser.run("""
                const wide = document.createElement('div');
                wide.style.cssText = 'width: 5000px; height: 1px';
                document.body.append(wide);
                """);
        assertThat(browser.list("layoutProblems")).anyMatch(problem -> problem.startsWith("it scrolls sideways"));
    }

    @Test
    void aSmallPictureIsReported() {
        browser.run("document.getElementById('picture').style.cssText = 'width: 64px; height: 48px'");
        assertThat(browser.list("layoutProblems")).anyMatch(problem -> problem.startsWith("the picture is small"));
    }

    @Test
    void aDistortedPictureIsReported() {
        browser.run("""
                document.getElementById('picture').style.cssText = 'width: 900px; height: 90px; object-fit: fill';
                """);
        assertThat(browser.list("layoutProblems")).anyMatch(problem -> problem.startsWith("the picture is distorted"));
    }

    @Test
    void aFocusThatIsNotVisibleIsReported() {
        browser.run("""
                const rule = '* { outline: none !important; box-shadow: none !important; }';
                document.styleSheets[0].insertRule(rule, document.styleSheets[0].cssRules.length);
                """);
        browser.press(Browser.TAB);
        assertThat(browser.ask("focused")).isNotEqualTo("BODY");
        assertThat(browser.holds("focusIsVisible")).isFalse();
    }

    @Test
    void aReloadIsReported() {
        page.assertNotReloaded();
        browser.reload();
        assertThatThrownBy(page::assertNotReloaded).isInstanceOf(AssertionError.class);
    }

    private void awaitMisdeed(Predicate<String> wanted) throws Exception {
        Await.atMost(Page.PATIENCE)
                .value(
                        "the misdeed is reported",
                        () -> page.misdeeds(),
                        (List<String> misdeeds) -> misdeeds.stream().anyMatch(wanted));
    }
}
