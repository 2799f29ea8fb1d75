package io.latestimage.config;

import java.time.Duration;

/**
 * The time budgets of this replica, all of them derived from three settings:
 *
 * <pre>
 *   upload      wait for a place ─ receive the body ─────────┬ wait for the lock of the volume ─ publish
 *               └ placeWait ┘                                │ └ lockWait ┘
 *               └ uploadTimeout, from the request on ────────┘
 *
 *   shutdown    drain ─────────┬ drain extension ─ transfers finish ────────┐
 *               └ drainTime ───┘ └ drainExtension ┘                         │
 *                              └ transferTime ──────────────────────────────┘
 * </pre>
 *
 * <p>The chart adds up the shutdown as well: see {@code latest-image.neededGraceSeconds} in its helpers, and
 * {@code docs/decisions/0200-termination-grace-period.md}. The wait for a place is explained in
 * {@code docs/decisions/0010-upload-admission-queue.md}.
 *
 * @param storageTimeout deadline of one operation on the volume
 * @param uploadTimeout longest time from the arrival of an upload request to the last byte of its body
 * @param placeWait how long an upload waits for a place while as many uploads as allowed are in flight; it is part of
 *     the upload timeout
 * @param lockWait how long a complete upload waits for the lock of the volume while other uploads are published
 * @param bodyIdleTimeout how long a client that is sending a body may send nothing. A client whose upload waits for a
 *     place sends nothing, so this is longer than {@code placeWait}
 * @param sweepInterval time between two sweeps of the volume. A file counts as an orphan only if two sweeps have seen
 *     it, so this is longer than the operations that create a file and lock it
 * @param drainTime how long the replica answers all requests after the signal, while it is not ready
 * @param drainExtension how much longer the replica does so while a keep-alive connection has not been sent
 *     {@code Connection: close}; zero if there is no drain
 * @param transferTime how long transfers may take after {@code drainTime}; the extension is part of it
 */
public record TimeBudgets(
        Duration storageTimeout,
        Duration uploadTimeout,
        Duration placeWait,
        Duration lockWait,
        Duration bodyIdleTimeout,
        Duration sweepInterval,
        Duration drainTime,
        Duration drainExtension,
        Duration transferTime) {
    private static final Duration LONGEST_PLACE_WAIT = Duration.ofSeconds(10);
    private static final Duration BODY_IDLE_TIMEOUT = Duration.ofSeconds(15);
    /** A late upload is answered, and then the server reads on for up to 10 s, so that the client can read that. */
    private static final Duration BODY_MARGIN = Duration.ofSeconds(15);

    private static final Duration SHORTEST_SWEEP_INTERVAL = Duration.ofSeconds(10);
    /**
     * A sweep cannot distinguish a new file from an orphan until its upload has locked it: two operations, create and
     * lock.
     */
    private static final int OPERATIONS_UNTIL_LOCKED = 2;

    /**
     * Checks how the budgets relate to each other.
     *
     * @throws IllegalArgumentException if two of them contradict each other, with both values
     */
    public TimeBudgets {
        requireLonger("bodyIdleTimeout", bodyIdleTimeout, "placeWait", placeWait);
        requireLonger("uploadTimeout", uploadTimeout, "placeWait", placeWait);
        requireLonger("transferTime", transferTime, "drainExtension", drainExtension);
        requireNotShorter("transferTime", transferTime, "uploadTimeout", uploadTimeout);
        requireNotShorter(
                "sweepInterval",
                sweepInterval,
                "the time to create and lock a file",
                storageTimeout.multipliedBy(OPERATIONS_UNTIL_LOCKED));
    }

    /**
     * Derives the budgets from the settings.
     *
     * @param storageTimeout see {@link Setting#STORAGE_TIMEOUT}
     * @param uploadTimeout see {@link Setting#UPLOAD_TIMEOUT}
     * @param drainTime see {@link Setting#DRAIN_TIME}
     */
    static TimeBudgets of(Duration storageTimeout, Duration uploadTimeout, Duration drainTime) {
        return new TimeBudgets(
                storageTimeout,
                uploadTimeout,
                shorter(LONGEST_PLACE_WAIT, uploadTimeout.dividedBy(6)),
                uploadTimeout.dividedBy(2),
                BODY_IDLE_TIMEOUT,
                longer(SHORTEST_SWEEP_INTERVAL, storageTimeout.multipliedBy(OPERATIONS_UNTIL_LOCKED)),
                drainTime,
                drainTime.isZero() ? Duration.ZERO : uploadTimeout.dividedBy(2),
                uploadTimeout);
    }

    /**
     * The longest time from the arrival of an upload request until the service begins to publish the image: place, body
     * and lock. Operations on the volume come on top, each with its own deadline.
     */
    public Duration longestUpload() {
        return uploadTimeout.plus(lockWait);
    }

    /** The longest time from the arrival of any request until its body has ended. Then its connection is closed. */
    public Duration longestBody() {
        return uploadTimeout.plus(BODY_MARGIN);
    }

    /**
     * The longest time from the signal until the server begins to stop. The process ends a few seconds later, when the
     * threads of the server have ended. The chart allows for that with {@code stopMarginSeconds}.
     */
    public Duration longestShutdown() {
        return drainTime.plus(transferTime);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static void requireLonger(String name, Duration value, String otherName, Duration other) {
        if (value.compareTo(other) <= 0) {
            throw new IllegalArgumentException(
                    "%s is %s and must be longer than %s, which is %s".formatted(name, value, otherName, other));
        }
    }

    private static void requireNotShorter(String name, Duration value, String otherName, Duration other) {
        if (value.compareTo(other) < 0) {
            throw new IllegalArgumentException(
                    "%s is %s and must not be shorter than %s, which is %s".formatted(name, value, otherName, other));
        }
    }
}
