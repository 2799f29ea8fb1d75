package io.latestimage.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.latestimage.config.ServerConfig;
import io.latestimage.http.ReplicaState;
import io.latestimage.http.WebApp;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A negative control: reads forms as if every client sent what it should. */
public final class FragileMain {
    private FragileMain() {}

    public static void main(String[] args) throws Exception {
        ServerConfig config = ServerConfig.parse(System.getenv());
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addEventListener(new WebApp(config, new ReplicaState()));
        FilterHolder reader = new FilterHolder(new FragileReader(Files.createDirectories(config.imageDir())));
        context.addFilter(reader, "/upload", EnumSet.of(DispatcherType.REQUEST));
        server.setHandler(context);
        server.start();
        System.out.println("listens on port " + connector.getLocalPort());
        server.join();
    }

    private static final class FragileReader extends HttpFilter {
        private static final long serialVersionUID = 1L;

        private final transient Path folder;

        FragileReader(Path folder) {
            this.folder = folder;
        }

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException {
            // Fails if there is no boundary.
            String boundary = String.valueOf(request.getContentType())
                    .split("boundary=", 2)[1]
                    .replace("\"", "");
            // Stays if the connection breaks.
            Path file = Files.createTempFile(folder, "part-", "");
            try (InputStream in = request.getInputStream()) {
                StringBuilder form = new StringBuilder();
                // Never ends if the form has no end.
                while (form.indexOf("--" + boundary + "--") < 0) {
                    byte[] more = in.readNBytes(8192);
                    form.append(new String(more, ISO_8859_1));
                    LockSupport.parkNanos(
                            more.length > 0 ? 0 : Duration.ofMillis(10).toNanos());
                }
                Files.writeString(file, form, ISO_8859_1);
            }
            Files.delete(file);
            response.setStatus(HttpServletResponse.SC_CREATED);
        }
    }
}
