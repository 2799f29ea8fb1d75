package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is in the files of the page, as far as it can be seen without a browser. */
class PageContentTest {
    /** All files together, compressed, in bytes. */
    private static final int MAX_SIZE = 20_000;

    /** What the Content-Security-Policy would block, and what would not work under a path prefix. */
    private static final Map<String, Pattern> FORBIDDEN = Map.of(
            "a script in the page", Pattern.compile("<script(?![^>]* src=)|<script[^>]*>[^<]"),
            "a style in the page", Pattern.compile("<style|\\sstyle\\s*=|\\.style\\b|cssText"),
            "a handler in the page", Pattern.compile("<[^>]*\\son[a-z]+\\s*=|javascript:"),
            "an address of another host", Pattern.compile("\\b(?:https?|wss?|ftp|data):|[\"'`(]//"),
            "an absolute address", Pattern.compile("[\"'`]/[^/>]"),
            "a file that a style loads", Pattern.compile("\\burl\\(|@import"),
            "text that becomes HTML", Pattern.compile("(?:inner|outer|Adjacent|set)HTML|document\\.write"),
            "text that becomes a program", Pattern.compile("\\beval\\(|\\bFunction\\("));

    @AutoClose
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = TestServer.start(folder);
    }

    @Test
    void isSmall() throws Exception {
        int size = 0;
        for (String path : PageServlet.urlPatterns()) {
            Response response = RawClient.get(server.port(), path.isEmpty() ? "/" : path, "Accept-Encoding: gzip");
            assertThat(response.headers()).containsEntry("Content-Encoding", "gzip");
            size += response.body().length;
        }
        assertThat(size).isGreaterThan(1000).isLessThan(MAX_SIZE);
    }

    @Test
    void containsNothingThatItsPolicyForbids() throws Exception {
        for (String path : PageServlet.urlPatterns()) {
            assertThat(violations(text(path))).as(path).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a script in the page        | <script>run()</script>",
                "a script in the page        | <script src=\"page.js\">run()</script>",
                "a style in the page         | <style>p { margin: 0 }</style>",
                "a style in the page         | <p style=\"margin: 0\">",
                "a style in the page         | picture.style.width = '1px';",
                "a handler in the page       | <button type=\"button\" onclick=\"run()\">",
                "a handler in the page       | <a href=\"javascript:run()\">",
                "an address of another host  | <img src=\"https://example.com/image\" alt=\"\">",
                "an address of another host  | <img src=\"//example.com/image\" alt=\"\">",
                "an address of another host  | fetch(`http://${host}/image`)",
                "an absolute address         | <img src=\"/image\" alt=\"\">",
                "an absolute address         | fetch('/image')",
                "a file that a style loads   | p { background: url(paper.png) }",
                "a file that a style loads   | @import \"other.css\";",
                "text that becomes HTML      | error.innerHTML = detail;",
                "text that becomes a program | eval(detail)",
            })
    void negativeControlDetectsWhatThePolicyForbids(String violation, String text) {
        assertThat(violations(text)).contains(violation);
    }

    @Test
    void hasEveryElementThatItsScriptsUse() throws Exception {
        List<String> ids = all("\\bid=\"([^\"]+)\"", page());
        assertThat(ids).doesNotHaveDuplicates().containsAll(all("\\b(?:for|aria-\\w+by)=\"([^\"]+)\"", page()));
        for (String script : List.of("/page.js", "/upload.js")) {
            List<String> used = all("\\b(?:byId|write)\\('([^']+)'", text(script));
            assertThat(used).as(script).hasSizeGreaterThan(3);
            assertThat(ids).containsAll(used);
        }
    }

    /** Otherwise the browser would learn of a script only when another one has arrived. */
    @Test
    void announcesEveryScriptThatAnotherOneImports() throws Exception {
        List<String> imported = all("from '\\./([^']+)'", text("/page.js"));
        assertThat(imported).isNotEmpty();
        assertThat(all("<link rel=\"modulepreload\" href=\"([^\"]+)\">", page()))
                .hasSameElementsAs(imported);
    }

    @Test
    void showsTheImageWithoutJavaScript() throws Exception {
        assertThat(all("<noscript>(.*)</noscript>", page()))
                .anyMatch(html -> html.startsWith("<img class=\"picture\" src=\"image\" alt="));
        assertThat(page()).contains("action=\"upload\" method=\"post\" enctype=\"multipart/form-data\"");
    }

    private static List<String> violations(String text) {
        String own = text.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""); // a name, which nobody requests
        return FORBIDDEN.entrySet().stream()
                .filter(rule -> rule.getValue().matcher(own).find())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String page() throws IOException {
        return text("");
    }

    private static String text(String path) throws IOException {
        Response response = RawClient.get(server.port(), path.isEmpty() ? "/" : path);
        assertThat(response.status()).isEqualTo(200);
        return response.text();
    }

    /** The first group of each match. */
    private static List<String> all(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
