package io.latestimage.e2e.recipes;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Text as a page prints it, in which {@code …} stands for any text. */
final class PrintedText {
    private static final String ANY = "…";

    private PrintedText() {}

    /** Compares a printed text with the real one. White space around them has no meaning. */
    static boolean matches(String printed, String real) {
        List<String> parts = new ArrayList<>();
        for (String part : printed.strip().split(ANY, -1)) {
            parts.add(Pattern.quote(part));
        }
        Pattern pattern = Pattern.compile(String.join(".*", parts), Pattern.DOTALL);
        return pattern.matcher(real.strip()).matches();
    }
}
