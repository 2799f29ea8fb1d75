package io.latestimage.e2e.recipes;

import io.latestimage.e2e.proof.ProjectFolder;
import io.latestimage.e2e.recipes.RecipePart.Block;
import io.latestimage.e2e.recipes.RecipePart.Service;
import io.latestimage.e2e.recipes.RecipePart.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A page of {@code docs/recipes}, as its test reads it. The index of these pages describes the info strings of the code
 * blocks and the comment that starts a service.
 *
 * @param name the name of its file
 * @param parts in the order of the page
 */
record RecipePage(String name, List<RecipePart> parts) {
    private static final String FENCE = "```";
    private static final String COMMENT = "<!-- service:";
    private static final String COMMENT_END = "-->";
    private static final String INDEX = "README.md";

    /** The languages of blocks that a test can run. None of them may be printed only. */
    private static final Set<String> PROGRAMS = Set.of("sh", "python");

    /** The languages of blocks that no test can run here. */
    private static final Set<String> OTHERS = Set.of("cpp", "css", "html", "markdown", "powershell", "text", "yaml");

    private static final Path FOLDER = ProjectFolder.get().resolve("docs/recipes");

    /** The names of all pages except the index, sorted. */
    static List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.sorted().toList()) {
                String name = FOLDER.relativize(file).toString();
                if (name.endsWith(".md") && !name.equals(INDEX)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** The Markdown of the index. */
    static String index() throws IOException {
        return markdown(INDEX);
    }

    /** The Markdown of a page. */
    static String markdown(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name));
    }

    /**
     * Parses a page.
     *
     * @throws IllegalArgumentException if it does not say what the test does with a block; the message names the line
     */
    static RecipePage parse(String name, String markdown) {
        List<RecipePart> parts = new ArrayList<>();
        List<String> lines = markdown.lines().toList();
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at);
            String where = name + ":" + (at + 1);
            at++;
            if (line.startsWith(COMMENT)) {
                parts.add(service(where, line));
            } else if (line.startsWith(FENCE)) {
                int length = lines.subList(at, lines.size()).indexOf(FENCE);
                if (length < 0) {
                    throw new IllegalArgumentException(where + ": the block has no end");
                }
                parts.add(block(where, line.substring(FENCE.length()), lines.subList(at, at + length)));
                at += length + 1;
            }
        }
        return new RecipePage(name, List.copyOf(parts));
    }

    private static Service service(String where, String line) {
        if (!line.endsWith(COMMENT_END)) {
            throw new IllegalArgumentException(where + ": the comment does not end in its line");
        }
        String text = line.substring(COMMENT.length(), line.length() - COMMENT_END.length());
        List<String> words = new ArrayList<>(Arrays.asList(text.strip().split("\\s+", -1)));
        words.remove("");
        Service service = new Service(where, List.copyOf(words));
        service.image().ifPresent(SampleImages::bytes);
        return service;
    }

    private static Block block(String where, String info, List<String> lines) {
        String[] words = info.strip().split(" ", 2);
        String word = words.length == 2 ? words[1].strip() : "";
        String language = words[0];
        Use use = Use.of(word);
        boolean fits = switch (use) {
            case UNKNOWN -> false;
            case PRINTED -> OTHERS.contains(language);
            case RUN, FOLLOW, NOT_TRIED -> PROGRAMS.contains(language);
            case OUTPUT -> language.equals("text");
            case REQUEST, RESPONSE -> language.equals("http");
        };
        if (!fits) {
            throw new IllegalArgumentException(where + ": expected a language and a use that fits it, got " + info);
        }
        return new Block(where, language, use, List.copyOf(lines));
    }

    /** The blocks of this use. */
    List<Block> blocks(Use use) {
        List<Block> blocks = new ArrayList<>();
        for (RecipePart part : parts) {
            if (part instanceof Block block && block.use() == use) {
                blocks.add(block);
            }
        }
        return blocks;
    }
}
