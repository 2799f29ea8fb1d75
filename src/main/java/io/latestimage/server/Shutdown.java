package io.latestimage.server;

import io.latestimage.config.TimeBudgets;
import io.latestimage.http.ReplicaState;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders the end of a replica:
 *
 * <pre>
 *   signal
 *     │  not ready; all requests are answered, with Connection: close
 *     ▼  DRAIN_TIME
 *   drain over
 *     │  the same, while a keep-alive connection has not been sent Connection: close
 *     ▼  UPLOAD_TIMEOUT / 2 at most
 *   stop accepting
 *     │  no new connections; new uploads get 503; transfers in flight finish
 *     ▼  UPLOAD_TIMEOUT at most since the drain was over
 *   stopped
 * </pre>
 *
 * <p>The extension is for a response that began before the drain and so did not say {@code Connection: close}. A proxy
 * may send the next request on that connection, and the response to it does say so. See
 * {@code docs/decisions/0004-drain-and-connection-close.md}.
 *
 * @see TimeBudgets
 */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    /** The longest wait for a start that the signal interrupts. The wait shortens the time for transfers. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    /** How long a keep-alive connection may take for its next request, once the client has received all responses. */
    private static final Duration NEXT_REQUEST_GRACE = Duration.ofSeconds(2);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    /** The requests that are in flight, and their connections. */
    interface Requests {
        /** The number of requests in flight. */
        int count();

        /** Whether a response is in flight whose head has been sent without {@code Connection: close}. */
        boolean hasKeepAliveResponse();

        /** Whether such a response has ended since the drain began, and its connection is still open and idle. */
        boolean hasKeepAliveConnection();
    }

    /** The server that is to stop. */
    interface Target {
        /** Whether its start has succeeded or failed. */
        boolean isStartFinished();

        /** Accepts no more connections; those that exist stay. */
        void stopAccepting();

        /** Whether the clients have received everything that was sent to them. */
        boolean isEverythingReceived();

        /** Closes all connections and ends all threads. */
        void stop() throws Exception;
    }

    private final TimeBudgets budgets;
    private final ReplicaState state;
    private final Requests requests;
    private final Target target;
    private final MonotonicClock clock;

    Shutdown(TimeBudgets budgets, ReplicaState state, Requests requests, Target target, MonotonicClock clock) {
        this.budgets = budgets;
        this.state = state;
        this.requests = requests;
        this.target = target;
        this.clock = clock;
    }

    /** Shuts the replica down, as the diagram shows. Returns when it has stopped. */
    void run() {
        long deadline = clock.nanoTime() + budgets.longestShutdown().toNanos();
        state.drain();
        await(START_TIMEOUT, target::isStartFinished); // clients may be connected already
        LOG.info("Draining for {} s", budgets.drainTime().toSeconds());
        await(budgets.drainTime(), () -> false);
        await(budgets.drainExtension(), new AllNotified());
        state.stop();
        target.stopAccepting();
        Duration left = Duration.ofNanos(deadline - clock.nanoTime());
        if (!await(left, () -> requests.count() == 0 && target.isEverythingReceived())) {
            LOG.warn(
                    "Transfers have not finished within {} s. They are cut off; requests in flight: {}.",
                    budgets.transferTime().toSeconds(),
                    requests.count());
        }
        try {
            target.stop();
            LOG.info("Stopped");
        } catch (Exception e) {
            LOG.warn("The server failed to stop in order. The process ends anyway.", e);
        }
    }

    /**
     * Whether every connection has been sent {@code Connection: close}, or its client has had the time to send another
     * request. That time starts when the client has received the last response.
     */
    private final class AllNotified implements BooleanSupplier {
        private long received = clock.nanoTime();

        @Override
        public boolean getAsBoolean() {
            long now = clock.nanoTime();
            if (requests.hasKeepAliveResponse()) {
                received = now;
                return false;
            }
            if (!requests.hasKeepAliveConnection()) {
                return true;
            }
            if (!target.isEverythingReceived()) {
                received = now;
            }
            return now - received > NEXT_REQUEST_GRACE.toNanos();
        }
    }

    private boolean await(Duration atMost, BooleanSupplier condition) {
        long end = clock.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (clock.nanoTime() - end >= 0) {
                return false;
            }
            clock.pause(POLL_INTERVAL);
        }
        return true;
    }
}
