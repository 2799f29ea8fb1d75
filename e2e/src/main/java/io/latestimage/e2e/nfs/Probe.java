package io.latestimage.e2e.nfs;

import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.Target;
import java.io.IOException;
import java.time.Duration;

/** Single requests that check the state of a replica. No verdict counts them. */
final class Probe {
    static final int OK = 200;
    /** Returned instead of a status if there is no answer. */
    static final int NONE = 0;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private Probe() {}

    /** The status of {@code GET path}, or {@link #NONE} if there is no answer. */
    static int status(Target target, String path) {
        try {
            return SingleRequest.get(target, path).within(PATIENCE).send().status();
        } catch (IOException e) {
            return NONE;
        }
    }
}
