package io.latestimage.server;

import io.latestimage.config.ServerConfig;
import io.latestimage.config.Setting;
import io.latestimage.config.TimeBudgets;
import io.latestimage.config.Version;
import io.latestimage.http.Disconnector;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import java.time.Duration;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded server: builds Jetty around the web application and starts it. A request passes these handlers:
 *
 * <pre>
 *   ConnectionCap → ActiveRequests → BodyDeadline → BodyIdleTimeout → OptionsHandler → the servlets of WebApp
 * </pre>
 */
public final class ImageServer {
    private static final Logger LOG = LoggerFactory.getLogger(ImageServer.class);

    /**
     * How long a connection may be idle between two requests, and for how long a client may read nothing of its
     * response. Proxies keep a connection for less time (nginx and AWS: 60 s), so the proxy closes it. If the server
     * closed it, a request could be on its way.
     */
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

    /**
     * How many connections may wait to be accepted. Jetty's default of 50 is too few when many clients connect at the
     * same time: the clients beyond it try again after a second. The operating system may have a lower limit.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/listen.2.html">listen(2)</a>
     */
    private static final int BACKLOG = 1024;

    /** File descriptors besides those of connections and uploads: jars, selectors, copies of images. */
    private static final int OTHER_FILES = 100;

    /** File descriptors of one upload: its file, and the manifest or the folder. */
    private static final int FILES_PER_UPLOAD = 2;

    private final ReplicaState state;
    private final Server server;
    private final ServerConnector connector;
    private final Shutdown shutdown;
    /** Kept here because a connector that has been closed no longer knows it. */
    private volatile int port;

    private volatile boolean startFinished;
    private boolean stopped;

    /** Builds a server for these settings. */
    public ImageServer(ServerConfig config) {
        this(config, new ReplicaState());
    }

    private ImageServer(ServerConfig config, ReplicaState state) {
        this(config, state, new WebApp(config, state));
    }

    /**
     * Builds a server for a web application.
     *
     * @param state the state of this replica, which the application reads
     */
    public ImageServer(ServerConfig config, ReplicaState state, WebApp app) {
        this(config, state, app, MonotonicClock.SYSTEM);
    }

    /**
     * Builds a server.
     *
     * @param clock measures the times of the shutdown
     */
    ImageServer(ServerConfig config, ReplicaState state, WebApp app, MonotonicClock clock) {
        this.state = state;
        server = new Server(new ServerThreads());
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
        context.setAttribute(Disconnector.class.getName(), new ConnectionReset());
        int maxConnections = maxConnections(config);
        context.setAttribute(WebApp.MAX_CONNECTIONS, maxConnections);
        String product = Version.current().product();
        OptionsHandler options = new OptionsHandler(context, state, product);
        TimeBudgets budgets = config.timeBudgets();
        BodyIdleTimeout bodies = new BodyIdleTimeout(options, budgets.bodyIdleTimeout());
        BodyDeadline deadline = new BodyDeadline(bodies, connector.getScheduler(), budgets.longestBody());
        ActiveRequests requests = new ActiveRequests(deadline, state);
        connector.addBean(new SlowHeadWatch(connector, requests::isInFlight, SlowHeadWatch.HEAD_TIMEOUT));
        server.setHandler(new ConnectionCap(connector, requests, maxConnections));
        server.setErrorHandler(new JettyProblemHandler(product));
        shutdown = new Shutdown(budgets, state, requests, new ShutdownTarget(), clock);
    }

    /**
     * The setting, or fewer connections if the limit of open files is low. Without a free file descriptor, the replica
     * could neither accept a connection nor open the image.
     */
    private static int maxConnections(ServerConfig config) {
        int others = OTHER_FILES + FILES_PER_UPLOAD * config.maxConcurrentUploads() + ConnectionCap.SPARE;
        int limit = OpenFileLimit.read().orElse(Integer.MAX_VALUE);
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

    /** The server cannot start, for example because another process uses the port. */
    public static final class StartException extends Exception {
        private static final long serialVersionUID = 1L;

        StartException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Starts the server and returns when it accepts connections.
     *
     * @throws StartException if it cannot start; the message has the reason
     */
    public void start() throws StartException {
        try {
            server.start();
            port = connector.getLocalPort();
        } catch (Exception e) {
            String reason = e.getCause() == null ? "" : ": " + e.getCause().getMessage(); // in use, or not permitted
            throw new StartException("cannot start: " + e.getMessage() + reason, e);
        } finally {
            startFinished = true;
        }
        LOG.info("{} listens on port {}", Version.current().describe(), port());
    }

    /** The TCP port on which the server listens; 0 before the start. */
    public int port() {
        return port;
    }

    /** The number of open connections. */
    public int connections() {
        return connector.getConnectedEndPoints().size();
    }

    /** The state of this replica. */
    public ReplicaState state() {
        return state;
    }

    /** Waits until the server has stopped. */
    public void join() throws InterruptedException {
        server.join();
    }

    /** Shuts the server down in order and returns when it has stopped. It may still be starting, or have stopped. */
    public synchronized void stop() {
        if (!stopped) {
            shutdown.run();
            stopped = true;
        }
    }

    private final class ShutdownTarget implements Shutdown.Target {
        @Override
        public boolean isStartFinished() {
            return startFinished;
        }

        @Override
        public void stopAccepting() {
            connector.close();
        }

        @Override
        public boolean isEverythingReceived() {
            return SendQueues.areEmpty(port);
        }

        @Override
        public void stop() throws Exception {
            server.stop();
        }
    }
}
