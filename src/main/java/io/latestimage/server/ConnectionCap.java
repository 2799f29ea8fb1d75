package io.latestimage.server;

import io.latestimage.config.Setting;
import io.latestimage.http.Problem;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the number of connections, so that clients cannot use up the file descriptors of the process. Connections
 * beyond the limit still get a response:
 *
 * <pre>
 *   up to the limit                 served
 *   up to {@link #SPARE} more       503, except for health checks; closed when idle for {@link #SPARE_IDLE_TIMEOUT}
 *   more than that                  not accepted: they wait in the backlog until a spare connection is closed
 * </pre>
 *
 * <p>See {@code docs/decisions/0013-connection-limit.md}.
 */
final class ConnectionCap extends Handler.Wrapper {
    /** How many connections beyond the limit are accepted, to be answered with 503. */
    static final int SPARE = 128;

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionCap.class);
    private static final Duration SPARE_IDLE_TIMEOUT = Duration.ofSeconds(2);
    /** The least time between two warnings: there may be thousands of such connections per second. */
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    /**
     * Health checks are always answered: a restart by the kubelet would end all transfers, and the clients would stay.
     */
    private static final String HEALTH = "/healthz/";

    private final ServerConnector connector;
    private final int max;
    private final Set<EndPoint> spare = ConcurrentHashMap.newKeySet();
    /** The earliest time of the next warning ({@link System#nanoTime()}). */
    private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

    /**
     * Limits the connections of a connector.
     *
     * @param max how many connections are served at the same time
     */
    ConnectionCap(ServerConnector connector, Handler handler, int max) {
        super(handler);
        this.connector = connector;
        this.max = max;
        connector.addBean(new NetworkConnectionLimit(max + SPARE, connector));
        connector.addBean(new SpareConnections());
    }

    private final class SpareConnections implements Connection.Listener {
        @Override
        public void onOpened(Connection connection) {
            if (isExceeded()) {
                EndPoint endPoint = connection.getEndPoint();
                spare.add(endPoint);
                endPoint.setIdleTimeout(SPARE_IDLE_TIMEOUT.toMillis());
                warn();
            }
        }

        @Override
        public void onClosed(Connection connection) {
            spare.remove(connection.getEndPoint());
        }
    }

    private void warn() {
        long now = System.nanoTime();
        long due = nextWarning.get();
        if (now - due >= 0 && nextWarning.compareAndSet(due, now + WARNING_INTERVAL.toNanos())) {
            LOG.warn("All {} connections are taken ({}). Further connections get 503.", max, Setting.MAX_CONNECTIONS);
        }
    }

    private boolean isExceeded() {
        return connector.getConnectedEndPoints().size() > max;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        if (spare.contains(endPoint)) {
            if (!isExceeded()) {
                spare.remove(endPoint);
                endPoint.setIdleTimeout(connector.getIdleTimeout());
            } else if (!Request.getPathInContext(request).startsWith(HEALTH)) {
                request.setAttribute(Problem.ATTRIBUTE, Problem.TOO_MANY_CONNECTIONS);
            }
        }
        return super.handle(request, response, callback);
    }
}
