package io.latestimage.e2e;

import java.time.Duration;
import java.util.Locale;

/** How much a proof does: every case once and briefly, or all of it for as long as a nightly run may take. */
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

    /** How often, in each form. */
    public int times(int inShort, int inLong) {
        return this == SHORT ? inShort : inLong;
    }

    /** How many seconds, in each form. */
    public Duration seconds(int inShort, int inLong) {
        return Duration.ofSeconds(times(inShort, inLong));
    }
}
