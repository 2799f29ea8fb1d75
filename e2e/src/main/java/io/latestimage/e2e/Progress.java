package io.latestimage.e2e;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** Prints the current step of a proof, with the time of day and the minute of the run. */
public final class Progress {
    private final long begun = System.nanoTime();

    /** Prints one line. */
    public void say(String text) {
        System.out.printf(
                "=== %s (%d min) %s%n",
                LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS),
                Duration.ofNanos(System.nanoTime() - begun).toMinutes(),
                text);
    }
}
