package io.latestimage.e2e.recipes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A part of a page that the test acts on. */
sealed interface RecipePart {
    /** Where it begins, such as {@code curl.md:12}. */
    String where();

    /**
     * A comment that starts a service.
     *
     * @param words settings such as {@code MAX_AGE=10m}, and the name of the image that the service has, if any
     */
    record Service(String where, List<String> words) implements RecipePart {
        /** The name of the {@link SampleImages sample image} that the service has when the next block runs. */
        Optional<String> image() {
            return words.stream().filter(word -> !word.contains("=")).findFirst();
        }

        /** The settings by name. That of a token has the token as its value, and no {@code _FILE} in its name. */
        Map<String, String> settings() {
            Map<String, String> settings = new TreeMap<>();
            for (String word : words) {
                String[] setting = word.split("=", 2);
                if (setting.length == 2) {
                    settings.put(setting[0], setting[1]);
                }
            }
            return settings;
        }
    }

    /**
     * A code block.
     *
     * @param language the first word of its info string, by which it is highlighted
     */
    record Block(String where, String language, Use use, List<String> lines) implements RecipePart {
        /** The lines, each with its end. */
        String text() {
            return String.join("\n", lines) + "\n";
        }
    }

    /** What the test does with a code block, which the second word of its info string says. */
    enum Use {
        /** Nothing, because it can neither be run nor sent. */
        PRINTED(""),
        /** Nothing, although it is a program. */
        NOT_TRIED("not-tried"),
        /** Runs it. It must succeed. */
        RUN("run"),
        /** Starts it. It must write each new image to {@code latest.png}. */
        FOLLOW("follow"),
        /** Compares it with what the block before has printed. */
        OUTPUT("output"),
        /** Sends it. */
        REQUEST("request"),
        /** Compares it with the answer to the last request that has none yet. */
        RESPONSE("response"),
        /** A mistake: no use has this word. */
        UNKNOWN("?");

        private final String word;

        Use(String word) {
            this.word = word;
        }

        /** The use that has this word. */
        static Use of(String word) {
            for (Use use : values()) {
                if (use.word.equals(word)) {
                    return use;
                }
            }
            return UNKNOWN;
        }
    }
}
