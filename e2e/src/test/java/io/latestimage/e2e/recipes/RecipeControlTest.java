package io.latestimage.e2e.recipes;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A page that says something wrong fails. Each test changes one thing in a page that is right. */
@Tag("system")
class RecipeControlTest {
    private static final String PAGE = """
            <!-- service: photo.png -->
            ```sh run
            curl -sf localhost:8080/image -o out.png
            cmp photo.png out.png
            echo compared
            ```
            ```text output
            comp…
            ```
            ```http request
            GET /image HTTP/1.1
            Host: localhost
            If-Match: "04c1fac5c1e9bd20b503baad3463e218d06293e3eb0b3207cb730043006bc6ec"
            ```
            ```http response
            HTTP/1.1 200 OK
            Content-Type: image/png
            ETag: "04c1fa…"

            (the 4096 bytes of photo.png)
            ```
            """;

    @TempDir
    private Path folder;

    @Test
    void theUnchangedPageIsRight() throws Exception {
        run(PAGE);
    }

    @ParameterizedTest
    @CsvSource({
        "cmp photo.png, cmp photo.jpg, control.md:2: photo.jpg out.png differ",
        "localhost:8080/image, localhost:8080/picture, control.md:2",
        "echo compared, exit 3, control.md:2",
        "comp…, compare, control.md:7: the block before has printed compared",
        "200 OK, 204 No Content, The status is 200 instead of 204",
        "image/png, image/jpeg, Content-Type is image/png instead of image/jpeg",
        "Content-Type:, Content-Disposition:, The header Content-Disposition is missing",
        "ETag: \"04c, ETag: \"14c, ETag is \"04c1fac",
        "the 4096 bytes of photo.png, the 1024 bytes of chart.png, The body is another one: 4096 bytes",
        "If-Match: \"04c, If-Match: \"14c, The status is 412 instead of 200",
        "service: photo.png, service: photo.jpg, control.md:2",
        "service: photo.png, service: photo.png READ_TOKEN=look, control.md:2",
    })
    void negativeControlAWrongPageFails(String right, String wrong, String expected) {
        String page = PAGE.replace(right, wrong);
        assertThatThrownBy(() -> run(page)).isInstanceOf(AssertionError.class).hasMessageContaining(expected);
    }

    @Test
    void negativeControlAProgramThatDownloadsOnceDoesNotFollow() {
        String page = """
                <!-- service: -->
                ```sh follow
                %s
                ```
                """.formatted("curl -s localhost:8080/image -o latest.png");
        assertThatThrownBy(() -> run(page))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("control.md:2 has ended");
    }

    @Test
    void negativeControlARequestNeedsAResponse() {
        String page = PAGE.substring(0, PAGE.indexOf("```http response"));
        assertThatThrownBy(() -> run(page))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("requests on control.md without a response");
    }

    private void run(String page) throws Exception {
        RecipeRun.of(RecipePage.parse("control.md", page), folder);
    }
}
