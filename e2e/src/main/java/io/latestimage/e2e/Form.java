package io.latestimage.e2e;

import java.time.Duration;
import java.util.Locale;

/**
 * How much a proof does. The short form runs the cases once and briefly; the long form repeats them for a nightly run.
 */
public enum Form {
    SHORT,
    LONG;

    /** Reads {@code short} or {@code long}. */
    public static Form parse(String text) {
        for (Form form : values()) {
            if (form.name().toLowerCase(Locale.ROOT).equals(text)) {
                return form;
            }
        }
        throw new IllegalArgumentException("FORM: expected short or long, got \"" + text + '"');
    }

    /** Chooses the number of repetitions for this form. */
    public int times(int inShort, int inLong) {
        return this == SHORT ? inShort : inLong;
    }

    /** Chooses the duration for this form, given in seconds. */
    public Duration seconds(int inShort, int inLong) {
        return Duration.ofSeconds(times(inShort, inLong));
    }
}
