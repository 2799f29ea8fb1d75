package io.latestimage.http;

import io.latestimage.config.InvalidSettingsException;
import io.latestimage.config.ServerConfig;
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
 * Wires the servlets to the store, in whatever container there is: {@code web.xml} names this class to Tomcat and
 * Jetty, {@link ImageServer} makes one of its own.
 */
public final class WebApp implements ServletContextListener {
    private final ServerConfig config;
    private final ReplicaState lifecycle;
    private final Function<Freshness.Check, Freshness> freshness;
    private @Nullable ImageStore store;

    /**
     * For a container: settings come from the environment. Port, drain time and log level are the container's.
     *
     * @throws IllegalArgumentException if they are not valid, naming all mistakes
     */
    public WebApp() {
        this(fromEnvironment(), new ReplicaState());
    }

    public WebApp(ServerConfig config, ReplicaState lifecycle) {
        this(config, lifecycle, check -> new SharedRevalidation(check, config.storageTimeout()));
    }

    public WebApp(ServerConfig config, ReplicaState lifecycle, Function<Freshness.Check, Freshness> freshness) {
        this.config = config;
        this.lifecycle = lifecycle;
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
        ImageStore.Options options = storeOptions(config);
        store = new ImageStore(options, freshness);
        ServletContext context = event.getServletContext();
        context.addServlet("image", new ImageServlet(store)).addMapping("/image");
        UploadToken token = new UploadToken(config.uploadTokenFile());
        long minDataRate = config.minDataRate().bytes();
        context.addServlet("upload", new UploadServlet(store, token, lifecycle, options, minDataRate))
                .addMapping("/upload");
        context.addServlet("health", new HealthServlet(store, lifecycle)).addMapping("/healthz/*");
        context.addServlet("not-found", new NotFoundServlet()).addMapping("/");
        context.addFilter(
                        "response",
                        new ResponseFilter(lifecycle, Version.current().product()))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        lifecycle.enter(ReplicaState.Phase.STOPPING);
        if (store != null) {
            store.close();
        }
    }

    private static ImageStore.Options storeOptions(ServerConfig config) {
        return new ImageStore.Options(
                config.imageDir(),
                config.spoolDir(),
                config.spoolSize().bytes(),
                config.maxImageSize().bytes(),
                config.maxConcurrentUploads(),
                config.storageTimeout(),
                config.uploadTimeout());
    }
}
