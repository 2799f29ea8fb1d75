package io.latestimage.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes.
 *
 * @param bytes how many, 0 or more
 */
public record DataSize(long bytes) {
    private static final Pattern FORMAT = Pattern.compile("(?<number>\\d{1,12}) ?(?<unit>B|[KMGkmg]i?B)");
    private static final Map<Character, Integer> POWERS = Map.of('B', 0, 'K', 1, 'M', 2, 'G', 3);

    /**
     * Reads {@code 20MiB}: a whole number and a unit, B, or KiB, MiB, GiB (1024 each), or kB, MB, GB (1000 each).
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static DataSize parse(String text) {
        Matcher matcher = FORMAT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        String unit = matcher.group("unit").toUpperCase(Locale.ROOT);
        int power = POWERS.getOrDefault(unit.charAt(0), 0);
        long factor = (long) Math.pow(unit.contains("I") ? 1024 : 1000, power);
        return new DataSize(Math.multiplyExact(Long.parseLong(matcher.group("number")), factor));
    }
}
