package io.latestimage.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of If-Modified-Since or If-Unmodified-Since.
 *
 * @param date empty where the value is not a date: RFC 9110, sections 13.1.3 and 13.1.4, ignore such a condition
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7">RFC 9110, section 5.6.7: the three formats</a>
 */
record DateCondition(Optional<Instant> date) {
    /** The day of the week says nothing that the date does not, so it is not compared with it. */
    private static final Pattern PARTS = Pattern.compile("\\p{Alpha}+,? (?<date>.*?)(?: GMT)?");

    private static final DateTimeFormatter IMF = format("d MMM uuuu HH:mm:ss");
    private static final DateTimeFormatter ASCTIME = format("MMM d HH:mm:ss uuuu");
    /** Two digits stand for the years 1970 to 2069, as in RFC 6265, section 5.1.1. */
    private static final DateTimeFormatter RFC_850 = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("d-MMM-")
            .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
            .appendPattern(" HH:mm:ss")
            .toFormatter(Locale.ENGLISH);

    private static DateTimeFormatter format(String pattern) {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .toFormatter(Locale.ENGLISH);
    }

    /** Reads the value of a header. */
    static DateCondition parse(String value) {
        Matcher parts = PARTS.matcher(value.strip().replaceAll(" +", " "));
        if (!parts.matches()) {
            return new DateCondition(Optional.empty());
        }
        String date = parts.group("date");
        boolean hasComma = value.contains(",");
        DateTimeFormatter format = !hasComma ? ASCTIME : date.contains("-") ? RFC_850 : IMF;
        try {
            return new DateCondition(
                    Optional.of(LocalDateTime.parse(date, format).toInstant(ZoneOffset.UTC)));
        } catch (DateTimeException e) {
            return new DateCondition(Optional.empty());
        }
    }
}
