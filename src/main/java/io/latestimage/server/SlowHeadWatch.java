package io.latestimage.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections whose request head takes too long. Jetty's idle timeout does not help: a client that sends a byte
 * now and then is never idle.
 */
final class SlowHeadWatch extends AbstractLifeCycle {
    /** The longest time that the head of a request may take, from its first byte on. */
    static final Duration HEAD_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(SlowHeadWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ServerConnector connector;
    private final Predicate<EndPoint> inFlight;
    private final Duration headTimeout;
    /** The connections that are between two requests, as of the last check. */
    private Map<EndPoint, Head> heads = Map.of();

    /**
     * The progress of a connection with the head of its next request.
     *
     * @param messages number of earlier requests
     * @param bytes bytes that the connection had received when the last of those ended, as of the next check
     * @param since when the first byte of the head was seen, or 0 ({@link System#nanoTime()})
     */
    private record Head(long messages, long bytes, long since) {}

    /**
     * Watches the connections of a connector, from the start of this bean to its stop.
     *
     * @param inFlight whether a request is in flight on a connection, so that its head is complete
     * @param headTimeout the longest time that a head may take
     */
    SlowHeadWatch(ServerConnector connector, Predicate<EndPoint> inFlight, Duration headTimeout) {
        this.connector = connector;
        this.inFlight = inFlight;
        this.headTimeout = headTimeout;
    }

    @Override
    protected void doStart() {
        schedule();
    }

    private void schedule() {
        if (isRunning()) {
            Scheduler.Task _ = connector.getScheduler().schedule(this::check, INTERVAL);
        }
    }

    private void check() {
        try {
            closeSlowHeads(System.nanoTime());
        } catch (Throwable e) {
            LOG.error("The check for slow request heads failed. The next one is in {} s.", INTERVAL.toSeconds(), e);
        } finally {
            schedule();
        }
    }

    /**
     * Closes the connections whose head has been incomplete for too long.
     *
     * @param nanoTime the time of this check ({@link System#nanoTime()})
     */
    void closeSlowHeads(long nanoTime) {
        long now = nanoTime == 0 ? 1 : nanoTime;
        Map<EndPoint, Head> found = new HashMap<>();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            if (endPoint.getConnection() == null || inFlight.test(endPoint)) {
                continue;
            }
            long messages = endPoint.getConnection().getMessagesIn();
            long bytes = endPoint.getConnection().getBytesIn();
            Head before = heads.get(endPoint);
            if (before == null || before.messages() != messages) {
                before = new Head(messages, messages == 0 ? 0 : bytes, 0);
            }
            if (before.since() != 0 && now - before.since() > headTimeout.toNanos()) {
                endPoint.close();
            } else if (before.since() == 0 && bytes > before.bytes()) {
                found.put(endPoint, new Head(messages, before.bytes(), now));
            } else {
                found.put(endPoint, before);
            }
        }
        heads = found;
    }
}
