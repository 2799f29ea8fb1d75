package io.latestimage.http;

import io.latestimage.config.InvalidSettingsException;
import io.latestimage.config.ServerConfig;
import io.latestimage.config.TimeBudgets;
import io.latestimage.config.Version;
import io.latestimage.server.ImageServer;
import io.latestimage.store.Freshness;
import io.latestimage.store.ImageStore;
import io.latestimage.store.SharedRevalidation;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.EnumSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects the servlets with the store in any servlet container. Tomcat and Jetty find this class in {@code web.xml};
 * {@link ImageServer} creates an instance itself.
 */
public final class WebApp implements ServletContextListener {
    private final ServerConfig config;
    private final ReplicaState state;
    private final Function<Freshness.Revalidation, Freshness> freshness;
    private @Nullable ImageStore store;

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
        store = new ImageStore(storeOptions(config), freshness);
        ServletContext context = event.getServletContext();
        context.addServlet("image", new ImageServlet(store)).addMapping("/image");
        UploadToken token = new UploadToken(config.uploadTokenFile());
        long maxImageSize = config.maxImageSize().bytes();
        long minDataRate = config.minDataRate().bytes();
        context.addServlet(
                        "upload",
                        new UploadServlet(store, token, state, maxImageSize, config.uploadTimeout(), minDataRate))
                .addMapping("/upload");
        context.addServlet("health", new HealthServlet(store, state)).addMapping("/healthz/*");
        context.addServlet("page", new PageServlet()).addMapping(PageServlet.urlPatterns());
        context.addServlet("not-found", new NotFoundServlet()).addMapping("/");
        context.addFilter(
                        "response", new ResponseFilter(state, Version.current().product()))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        state.stop();
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
