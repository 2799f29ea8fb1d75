package io.latestimage.e2e.recipes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A reader who does what a page of {@code docs/recipes} says gets what it says, with a real service. */
@Tag("system")
class RecipesTest {
    @TempDir
    private Path folder;

    static List<String> pages() throws IOException {
        return RecipePage.names();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void doesWhatItSays(String name) throws Exception {
        RecipeRun.of(RecipePage.parse(name, RecipePage.markdown(name)), folder);
    }
}
