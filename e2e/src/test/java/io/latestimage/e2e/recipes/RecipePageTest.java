package io.latestimage.e2e.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.recipes.RecipePart.Block;
import io.latestimage.e2e.recipes.RecipePart.Service;
import io.latestimage.e2e.recipes.RecipePart.Use;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipePageTest {
    private static final String PAGE = """
            # A page
            <!-- service: photo.png MAX_AGE=10m UPLOAD_TOKEN=a=b -->
            ```sh run
            echo one

            echo two
            ```
            <!-- service: -->
            ```yaml
            a: b
            ```
            """;

    @Test
    void findsServicesAndBlocksInTheirOrder() {
        assertThat(RecipePage.parse("page.md", PAGE).parts())
                .containsExactly(
                        new Service("page.md:2", List.of("photo.png", "MAX_AGE=10m", "UPLOAD_TOKEN=a=b")),
                        new Block("page.md:3", "sh", Use.RUN, List.of("echo one", "", "echo two")),
                        new Service("page.md:8", List.of()),
                        new Block("page.md:9", "yaml", Use.PRINTED, List.of("a: b")));
    }

    @Test
    void distinguishesTheImageOfAServiceFromItsSettings() {
        Service service = new Service("page.md:2", List.of("MAX_AGE=10m", "photo.png", "UPLOAD_TOKEN=a=b"));
        assertThat(service.image()).contains("photo.png");
        assertThat(service.settings()).isEqualTo(Map.of("MAX_AGE", "10m", "UPLOAD_TOKEN", "a=b"));
        assertThat(new Service("page.md:2", List.of()).image()).isEmpty();
    }

    /** So no block that a test could run is left out by mistake. */
    @ParameterizedTest
    @ValueSource(strings = {"", "sh", "python", "http", "bash", "sh response", "text run", "yaml run", "sh ?"})
    void rejectsABlockThatDoesNotSayWhatTheTestDoes(String info) {
        assertThatThrownBy(() -> RecipePage.parse("page.md", "\n```" + info + "\necho\n```\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("page.md:2: expected a language and a use that fits it, got " + info);
    }

    @Test
    void rejectsABlockWithoutAnEnd() {
        assertThatThrownBy(() -> RecipePage.parse("page.md", "```sh run\necho\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("page.md:1: the block has no end");
    }

    @Test
    void rejectsAServiceWithAnUnknownImage() {
        assertThatThrownBy(() -> RecipePage.parse("page.md", "<!-- service: other.png -->"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other.png");
    }

    @Test
    void rejectsACommentOfSeveralLines() {
        assertThatThrownBy(() -> RecipePage.parse("page.md", "<!-- service: photo.png\n-->"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("page.md:1: the comment does not end in its line");
    }
}
