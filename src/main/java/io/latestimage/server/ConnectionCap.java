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
 * Bounds the number of connections, so that clients cannot use up the file descriptors of the process. A connection too
 * many is not left without an answer:
 *
 * <pre>
 *   up to the bound                 served
 *   up to {@link #SPARE} more       503, except health checks; closed when idle for {@link #SPARE_IDLE_TIMEOUT}
 *   more than that                  not accepted: they wait in the backlog until a spare one is closed
 * </pre>
 */
final class ConnectionCap extends Handler.Wrapper {
    /** How many connections beyond the bound are accepted at once, to be answered 503. */
    static final int SPARE = 128;

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionCap.class);
    private static final Duration SPARE_IDLE_TIMEOUT = Duration.ofSeconds(2);
    /** Between two warnings: there may be thousands of such connections per second. */
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    /** A restart by kubelet would end all transfers, and not make the clients fewer. */
    private static final String HEALTH = "/healthz/";

    private final ServerConnector connector;
    private final int max;
    private final Set<EndPoint> spare = ConcurrentHashMap.newKeySet();
    /** From when on the next warning may be given ({@link System#nanoTime()}). */
    private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

    /**
     * Bounds the connections of a connector.
     *
     * @param max how many are served at once
     */
    ConnectionCap(ServerConnector connector, Handler handler, int max) {
        super(handler);
        this.connector = connector;
        this.max = max;
        connector.addBean(new NetworkConnectionLimit(max + SPARE, connector));
        connector.addBean(new Opened());
    }

    private final class Opened implements Connection.Listener {
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
            LOG.warn("All {} connections are taken ({}); more are answered 503", max, Setting.MAX_CONNECTIONS);
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
