package io.latestimage.server;

import io.latestimage.config.ServerConfig;
import io.latestimage.config.Setting;
import io.latestimage.config.Version;
import io.latestimage.http.Disconnector;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.ReplicaState.Phase;
import io.latestimage.http.WebApp;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded server. Its end is the part that matters:
 *
 * <pre>
 *   serving ──SIGTERM──▶ draining ──drain time──▶ stopping ──nothing under way, or upload timeout──▶ stopped
 *   ready                not ready                no new connections
 *                        all requests answered,   transfers under way go on,
 *                        Connection: close        new uploads get 503
 * </pre>
 *
 * <p>The drain lasts longer than its time, by half the upload timeout at most, while a client may still hold a
 * connection without having been told to leave it, because its answer had begun before.
 */
public final class ImageServer {
    private static final Logger LOG = LoggerFactory.getLogger(ImageServer.class);

    /**
     * How long a connection may be idle between requests, or a client not read: longer than proxies keep theirs (nginx
     * and AWS 60 s), so that it is they who close it, and never this end while a request is on its way.
     */
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

    /** How long a start may take that a signal interrupts. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    /** How long a client may think about its next request, after an answer that was not told to be the last. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /**
     * How many connections may wait to be accepted. Jetty's default of 50 is less than what comes at once when many
     * clients begin together: those beyond it would try again after a second. The system may have a lower bound of its
     * own.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/listen.2.html">listen(2)</a>
     */
    private static final int BACKLOG = 1024;

    /** File descriptors of everything but connections and uploads: jars, selectors, copies in the making. */
    private static final int OTHER_FILES = 100;

    /** Of one upload: its temporary file, and the lock or the folder. */
    private static final int FILES_PER_UPLOAD = 2;

    private static final Duration POLL = Duration.ofMillis(20);

    private final ServerConfig config;
    private final ReplicaState lifecycle;
    private final Server server;
    private final ServerConnector connector;
    private final ConnectionGuard guard;
    private volatile boolean startEnded;

    public ImageServer(ServerConfig config) {
        this(config, new ReplicaState());
    }

    private ImageServer(ServerConfig config, ReplicaState lifecycle) {
        this(config, lifecycle, new WebApp(config, lifecycle));
    }

    public ImageServer(ServerConfig config, ReplicaState lifecycle, WebApp app) {
        this.config = config;
        this.lifecycle = lifecycle;
        // Platform threads for accepting and selecting; every request runs in a virtual thread of its own.
        QueuedThreadPool threads = new QueuedThreadPool(8, 2);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setPort(config.port());
        connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        connector.setAcceptQueueSize(BACKLOG);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addEventListener(app);
        Disconnector disconnector = ConnectionGuard::disconnect;
        context.setAttribute(Disconnector.class.getName(), disconnector);
        String product = Version.current().product();
        Handler handler = new OptionsHandler(context, lifecycle, product);
        guard = new ConnectionGuard(connector, handler, lifecycle, ConnectionGuard.HEAD_TIMEOUT);
        server.setHandler(new ConnectionCap(connector, guard, maxConnections(config)));
        server.setErrorHandler(new JettyProblemHandler(product));
    }

    /**
     * The setting, or fewer: with no descriptor left, this replica could neither accept a client nor open the image.
     */
    private static int maxConnections(ServerConfig config) {
        int others = OTHER_FILES + FILES_PER_UPLOAD * config.maxConcurrentUploads() + ConnectionCap.SPARE;
        int limit = OpenFileLimit.limit().orElse(Integer.MAX_VALUE);
        int possible = Math.max(1, limit - others);
        if (config.maxConnections() > possible) {
            LOG.warn(
                    "{} is {}, but the limit of {} open files allows {}. Raise that limit (ulimit -n, LimitNOFILE).",
                    Setting.MAX_CONNECTIONS,
                    config.maxConnections(),
                    limit,
                    possible);
        }
        return Math.min(config.maxConnections(), possible);
    }

    /** That the server cannot start, such as for a port that is taken. */
    public static final class StartException extends Exception {
        private static final long serialVersionUID = 1L;

        StartException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    public void start() throws StartException {
        try {
            server.start();
        } catch (Exception e) {
            String reason = e.getCause() == null ? "" : ": " + e.getCause().getMessage(); // taken, or not permitted
            throw new StartException("cannot start: " + e.getMessage() + reason, e);
        } finally {
            startEnded = true;
        }
        LOG.info("{} listens on port {}", Version.current().describe(), port());
    }

    public int port() {
        return connector.getLocalPort();
    }

    public int connections() {
        return connector.getConnectedEndPoints().size();
    }

    public ReplicaState lifecycle() {
        return lifecycle;
    }

    /** Waits until the server has stopped. */
    public void join() throws InterruptedException {
        server.join();
    }

    /**
     * Drains and stops, as the diagram has it. Where the server is still starting, that is awaited: clients may have
     * connected already.
     */
    public void stop() {
        lifecycle.enter(Phase.DRAINING);
        await(START_TIMEOUT, () -> startEnded);
        LOG.info("Draining for {} s", config.drainTime().toSeconds());
        await(config.drainTime(), () -> false);
        long end = System.nanoTime() + config.uploadTimeout().toNanos();
        int port = port();
        if (config.drainTime().isPositive()) {
            awaitUntold(port, config.uploadTimeout().dividedBy(2));
        }
        lifecycle.enter(Phase.STOPPING);
        connector.close();
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (!await(left, () -> guard.requestsUnderWay() == 0 && SendQueues.areEmpty(port))) {
            LOG.warn("Transfers are cut off, {} of which have not been written", guard.requestsUnderWay());
        }
        try {
            server.stop();
            LOG.info("Stopped");
        } catch (Exception e) {
            LOG.warn("Not stopped in order", e);
        }
    }

    /**
     * Waits for answers that began before the drain and so did not say that they are the last, until they have been
     * received, and then a little for the next requests on their connections, whose answers do say so.
     */
    private void awaitUntold(int port, Duration atMost) {
        AtomicLong received = new AtomicLong(System.nanoTime());
        await(atMost, () -> {
            long now = System.nanoTime();
            if (guard.hasUntoldUnderWay()) {
                received.set(now);
                return false;
            } else if (!guard.hasUntold()) {
                return true;
            } else if (!SendQueues.areEmpty(port)) {
                received.set(now);
            }
            return now - received.get() > LINGER.toNanos();
        });
    }

    private static boolean await(Duration atMost, BooleanSupplier condition) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }
}
