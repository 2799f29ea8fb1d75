package io.latestimage.e2e.browser;

import java.util.Locale;

/**
 * How a person sees the page.
 *
 * @param width of the window, in CSS pixels
 * @param height of the window, in CSS pixels
 */
record View(int width, int height, Theme theme) {
    /** A window of ordinary size on a desktop. */
    static final View DESKTOP = new View(1280, 800, Theme.LIGHT);

    /** What the person prefers, as the media query {@code prefers-color-scheme} tells the page. */
    enum Theme {
        LIGHT,
        DARK;

        /** The name in media queries and in the names of screenshots. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The same window with another theme. */
    View in(Theme newTheme) {
        return new View(width, height, newTheme);
    }
}
