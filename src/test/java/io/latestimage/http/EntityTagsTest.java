package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.http.EntityTags.Any;
import io.latestimage.http.EntityTags.Listed;
import io.latestimage.http.EntityTags.Malformed;
import io.latestimage.http.EntityTags.Tag;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {
    @Test
    void readsTags() {
        assertThat(EntityTags.parse("\"a\"")).isEqualTo(new Listed(List.of(new Tag(false, "a"))));
        assertThat(EntityTags.parse("\t, W/\"a,b\" ,, \"\" , \"W/\u00e9\" ,"))
                .isEqualTo(new Listed(List.of(new Tag(true, "a,b"), new Tag(false, ""), new Tag(false, "W/\u00e9"))));
        assertThat(EntityTags.parse(" * ")).isEqualTo(new Any());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "foo",
                "a\"b\"",
                "\"a",
                "\"",
                "'a'",
                "\"a\"\"b\"",
                "\"a\" \"b\"",
                "\"a\"b",
                "\"a b\"",
                "w/\"a\"",
                "W/",
                "W/a",
                "W/ \"a\"",
                "W",
                "*, \"a\"",
                "\"a\", *",
                "**",
                "*,*",
                "\"a\u0100\"",
                "\"a\u007f\"",
                "\"a\";\"b\"",
            })
    void recognizesMalformedValues(String value) {
        assertThat(EntityTags.parse(value)).isEqualTo(new Malformed());
    }

    @Test
    void comparesStronglyAndWeakly() {
        EntityTags tags = EntityTags.parse("\"a\", W/\"b\"");
        assertThat(tags.match("a", false)).isTrue();
        assertThat(tags.match("a", true)).isTrue();
        assertThat(tags.match("b", false)).isFalse();
        assertThat(tags.match("b", true)).isTrue();
        assertThat(tags.match("c", true)).isFalse();
        assertThat(EntityTags.parse("*").match("c", false)).isTrue();
        assertThat(EntityTags.parse("c").match("c", true)).isFalse();
    }

    /** The number of tags is limited. Neither it nor the length of a tag needs a deep stack. */
    @Test
    void readsLongLists() {
        String most = "\"a\",".repeat(EntityTags.MAX_TAGS - 1);
        assertThat(EntityTags.parse(most + "\"b\"").match("b", false)).isTrue();
        assertThat(EntityTags.parse(most + "\"a\",\"b\"")).isEqualTo(new Malformed());
        assertThat(EntityTags.parse('"' + "a".repeat(10_000_000) + '"')).isInstanceOf(Listed.class);
    }
}
