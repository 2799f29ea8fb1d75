package io.latestimage.e2e.nfs;

import java.time.Duration;

/** How much is done: a few of everything, or all. */
enum Form {
    SHORT,
    LONG;

    int times(int inShort, int inLong) {
        return this == SHORT ? inShort : inLong;
    }

    Duration seconds(int inShort, int inLong) {
        return Duration.ofSeconds(times(inShort, inLong));
    }
}
