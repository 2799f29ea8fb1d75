package io.latestimage.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads settings one by one and collects the errors, so that all of them are reported together. */
final class SettingReader {
    private static final Pattern DURATION = Pattern.compile("(?<number>\\d{1,9}) ?(?<unit>ms|s|m|h)");

    /**
     * The value of the variables that Kubernetes sets for every Service of a namespace. For a Service with the name
     * "app", one of these variables is APP_PORT. Such a value is not a setting.
     *
     * @see <a
     *     href="https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables">Services</a>
     */
    private static final Pattern SERVICE_LINK = Pattern.compile("(tcp|udp|sctp)://.*");

    /** {@code *}, or the origin of a page: scheme, host and perhaps a port, without a path (RFC 6454, section 6.2). */
    private static final Pattern ORIGIN =
            Pattern.compile("\\*|[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    private final Map<String, String> environment;
    private final List<String> errors = new ArrayList<>();

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

    /**
     * The value of a setting that has no default.
     *
     * @param min more than zero
     * @return null if it is not set
     */
    @Nullable
    Duration optionalDuration(Setting setting, Duration min, Duration max) {
        return isSet(setting)
                ? read(
                        setting,
                        text -> text.isEmpty() ? Duration.ZERO : parseDuration(text),
                        duration -> duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0)
                : null;
    }

    /** Origins in lower case, as browsers send them. {@code *} may be one of them. */
    Set<String> origins(Setting setting) {
        return read(setting, SettingReader::parseOrigins, origins -> !origins.isEmpty());
    }

    <E extends Enum<E>> E oneOf(Setting setting, Class<E> type) {
        return read(setting, name -> Enum.valueOf(type, name), value -> true);
    }

    void throwIfInvalid() throws InvalidSettingsException {
        if (!errors.isEmpty()) {
            throw new InvalidSettingsException(errors);
        }
    }

    /** Reads a value. If it is invalid, this adds an error and returns the default, so that reading goes on. */
    private <T> T read(Setting setting, Function<String, T> parser, Predicate<T> valid) {
        if (isSet(setting)) {
            String text = environment.get(setting.name());
            try {
                T value = parser.apply(String.valueOf(text));
                if (valid.test(value)) {
                    return value;
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                // Reported below, with what a valid value looks like.
            }
            errors.add("%s: expected %s, got \"%s\"".formatted(setting, setting.expected(), text));
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

    /** None for an empty text, which is no valid value but the default of {@link Setting#CORS_ORIGINS}. */
    private static Set<String> parseOrigins(String text) {
        Set<String> origins = new HashSet<>();
        if (!text.isEmpty()) {
            for (String part : text.split(",", -1)) {
                origins.add(parseOrigin(part.strip().toLowerCase(Locale.ROOT)));
            }
        }
        return Set.copyOf(origins);
    }

    /** Without a default port, because browsers omit it. */
    private static String parseOrigin(String text) {
        if (!ORIGIN.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
        return text.replaceFirst("^(http://.*):80$", "$1").replaceFirst("^(https://.*):443$", "$1");
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
