package io.latestimage.e2e.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.recipes.RecipePart.Block;
import io.latestimage.e2e.recipes.RecipePart.Use;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each page of {@code docs/recipes} has something that a test tries, and says what nobody has tried. */
class RecipePagesTest {
    static List<String> pages() throws IOException {
        return RecipePage.names();
    }

    @Test
    void findsThePages() throws IOException {
        assertThat(RecipePage.names()).hasSizeGreaterThan(10).contains("curl.md", "home-assistant.md");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void isInTheIndex(String name) throws IOException {
        assertThat(RecipePage.index()).contains("](" + name);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void hasSomethingThatIsTried(String name) throws IOException {
        RecipePage page = read(name);
        List<Block> requests = page.blocks(Use.REQUEST);
        assertThat(page.blocks(Use.RESPONSE)).hasSameSizeAs(requests);
        assertThat(page.blocks(Use.RUN).size() + requests.size()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void saysWhatIsNotTried(String name) throws IOException {
        RecipePage page = read(name);
        if (page.blocks(Use.PRINTED).size() + page.blocks(Use.NOT_TRIED).size() > 0) {
            assertThat(RecipePage.markdown(name).toLowerCase(Locale.ROOT)).contains("not tried");
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void printsRequestsThatCanBeSentAsTheyAre(String name) throws IOException {
        for (Block block : read(name).blocks(Use.REQUEST)) {
            assertThat(PrintedRequest.parse(block).bytes()).as(block.where()).isNotEmpty();
        }
        for (Block block : read(name).blocks(Use.RESPONSE)) {
            assertThat(PrintedResponse.parse(block).message().head())
                    .as(block.where())
                    .isNotEmpty();
        }
    }

    private static RecipePage read(String name) throws IOException {
        return RecipePage.parse(name, RecipePage.markdown(name));
    }
}
