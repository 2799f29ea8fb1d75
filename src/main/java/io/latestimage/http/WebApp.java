package io.latestimage.http;

import io.latestimage.config.InvalidSettingsException;
import io.latestimage.config.ServerConfig;
import io.latestimage.config.TimeBudgets;
import io.latestimage.config.Version;
import io.latestimage.image.ImageVersion;
import io.latestimage.server.ImageServer;
import io.latestimage.store.Freshness;
import io.latestimage.store.ImageStore;
import io.latestimage.store.SharedRevalidation;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRegistration;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects the servlets with the store in any servlet container. Tomcat and Jetty find this class in {@code web.xml};
 * {@link ImageServer} creates an instance itself.
 */
public final class WebApp implements ServletContextListener {
    /**
     * The name of an attribute of the servlet context: how many connections the server serves, an {@link Integer}. If a
     * server does not set it, the setting counts.
     */
    public static final String MAX_CONNECTIONS = WebApp.class.getName() + ".maxConnections";

    /** The part of all connections that may belong to requests that wait. The others are for clients that do not. */
    private static final double WAITING_PART = 0.75;

    private final ServerConfig config;
    private final ReplicaState state;
    private final Function<Freshness.Revalidation, Freshness> freshness;
    private @Nullable ImageStore store;
    private @Nullable Waiters waiters;

    /**
     * For a servlet container. The settings come from the environment; the container has its own port, drain time and
     * log level.
     *
     * @throws IllegalArgumentException if settings are invalid; its cause names all of them
     */
    public WebApp() {
        this(fromEnvironment(), new ReplicaState());
    }

    public WebApp(ServerConfig config, ReplicaState state) {
        this(config, state, revalidation -> new SharedRevalidation(revalidation, config.storageTimeout()));
    }

    public WebApp(ServerConfig config, ReplicaState state, Function<Freshness.Revalidation, Freshness> freshness) {
        this.config = config;
        this.state = state;
        this.freshness = freshness;
    }

    private static ServerConfig fromEnvironment() {
        try {
            return ServerConfig.parse(System.getenv());
        } catch (InvalidSettingsException e) {
            Logger log = LoggerFactory.getLogger(WebApp.class);
            String.valueOf(e.getMessage()).lines().forEach(log::error);
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        store = new ImageStore(storeOptions(config), freshness);
        waiters = waiters(context, store);
        addServlets(context, store, waiters);
        addFilter(
                context, "response", new ResponseFilter(state, Version.current().product()));
        // Inside of the filter that writes problems, because this one throws them.
        CrossOrigin crossOrigin = new CrossOrigin(config.corsOrigins());
        Authentication authentication =
                new Authentication(config.uploadTokenFile(), config.readTokenFile(), System::nanoTime);
        addFilter(context, "access", new AccessFilter(crossOrigin, authentication));
    }

    private void addServlets(ServletContext context, ImageStore opened, Waiters waiting) {
        ImageWrites writes = new ImageWrites(
                opened,
                state,
                config.maxImageSize().bytes(),
                config.uploadTimeout(),
                config.minDataRate().bytes());
        Optional<Duration> maxAge = Optional.ofNullable(config.maxAge());
        ServletRegistration.Dynamic image =
                context.addServlet("image", new ImageServlet(opened, writes, waiting, maxAge));
        image.addMapping(ImageServlet.addresses());
        image.setAsyncSupported(true);
        context.addServlet("upload", new UploadServlet(writes)).addMapping("/upload");
        context.addServlet("health", new HealthServlet(opened, state, maxAge)).addMapping("/healthz/*");
        context.addServlet("page", new PageServlet()).addMapping(PageServlet.urlPatterns());
        context.addServlet("not-found", new NotFoundServlet()).addMapping("/");
    }

    /** Adds a filter of all requests, also of those that have waited (ASYNC). The first that is added is outermost. */
    private static void addFilter(ServletContext context, String name, Filter filter) {
        FilterRegistration.Dynamic registration = context.addFilter(name, filter);
        registration.setAsyncSupported(true); // otherwise no request could wait
        registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), true, "/*");
    }

    private Waiters waiters(ServletContext context, ImageStore opened) {
        int connections =
                context.getAttribute(MAX_CONNECTIONS) instanceof Integer limit ? limit : config.maxConnections();
        Waiters made = new Waiters(
                opened::revalidate,
                () -> opened.latestVersion().map(ImageVersion::sha256),
                state,
                (int) (connections * WAITING_PART),
                config.drainTime(),
                System::nanoTime);
        opened.onChange(made::wake);
        made.start();
        return made;
    }

    /** The number of requests that wait for another image. */
    public int waiting() {
        return waiters == null ? 0 : waiters.count();
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        state.stop();
        if (waiters != null) {
            waiters.close();
        }
        if (store != null) {
            store.close();
        }
    }

    private static ImageStore.Options storeOptions(ServerConfig config) {
        TimeBudgets budgets = config.timeBudgets();
        return new ImageStore.Options(
                config.imageDir(),
                config.spoolDir(),
                config.spoolSize().bytes(),
                config.maxImageSize().bytes(),
                config.maxConcurrentUploads(),
                budgets.storageTimeout(),
                budgets.placeWait(),
                budgets.lockWait(),
                budgets.sweepInterval());
    }
}
