package io.latestimage.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads settings one by one and collects the mistakes, so that all can be told at once. */
final class SettingReader {
    private static final Pattern DURATION = Pattern.compile("(?<number>\\d{1,9}) ?(?<unit>ms|s|m|h)");

    /**
     * What Kubernetes sets for every Service of a namespace: one that is called "app" makes APP_PORT such a thing.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables">Services</a>
     */
    private static final Pattern SERVICE_LINK = Pattern.compile("(tcp|udp|sctp)://.*");

    private final Map<String, String> environment;
    private final List<String> mistakes = new ArrayList<>();

    SettingReader(Map<String, String> environment) {
        this.environment = environment;
    }

    boolean isSet(Setting setting) {
        String value = environment.get(setting.name());
        return value != null && !SERVICE_LINK.matcher(value).matches();
    }

    int integer(Setting setting, int min, int max) {
        return read(setting, Integer::parseInt, value -> value >= min && value <= max);
    }

    Path path(Setting setting) {
        return read(setting, Path::of, path -> !path.toString().isBlank());
    }

    Path readableFile(Setting setting) {
        return read(setting, Path::of, SettingReader::hasContent);
    }

    DataSize size(Setting setting, long min, long max) {
        return read(setting, DataSize::parse, size -> size.bytes() >= min && size.bytes() <= max);
    }

    Duration duration(Setting setting, Duration min, Duration max) {
        return read(
                setting,
                SettingReader::parseDuration,
                duration -> duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0);
    }

    <E extends Enum<E>> E oneOf(Setting setting, Class<E> type) {
        return read(setting, name -> Enum.valueOf(type, name), value -> true);
    }

    void throwIfInvalid() throws InvalidSettingsException {
        if (!mistakes.isEmpty()) {
            throw new InvalidSettingsException(mistakes);
        }
    }

    /** Reads what is set, and where that is a mistake, notes it and goes on with the default. */
    private <T> T read(Setting setting, Function<String, T> parser, Predicate<T> valid) {
        if (isSet(setting)) {
            String text = environment.get(setting.name());
            try {
                T value = parser.apply(String.valueOf(text));
                if (valid.test(value)) {
                    return value;
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                // It is noted below, in words that say what would be right.
            }
            mistakes.add("%s: expected %s, got \"%s\"".formatted(setting, setting.expected(), text));
        }
        return parser.apply(setting.defaultValue());
    }

    private static boolean hasContent(Path file) {
        try {
            return !Files.readString(file).isBlank();
        } catch (IOException e) {
            return false;
        }
    }

    private static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        long number = Long.parseLong(matcher.group("number"));
        return switch (matcher.group("unit")) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
