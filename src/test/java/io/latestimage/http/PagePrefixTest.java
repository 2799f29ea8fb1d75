package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.ServerConfig;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page works under any path prefix: every address in it is relative, and leads somewhere. */
class PagePrefixTest {
    private static final String PREFIX = "/some/path";

    /** The addresses in the page and in its scripts. */
    private static final Pattern ADDRESS =
            Pattern.compile("\\b(?:src|href|action)=\"([^\"]*)\"|(?:from |new URL\\(|assign\\()'([^']*)'");

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        Path volume = Files.createDirectories(folder.resolve("data"));
        Files.write(volume.resolve("image"), ServerWithImage.IMAGE);
        ServletContextHandler context = new ServletContextHandler(PREFIX, false, false);
        context.addEventListener(new WebApp(
                ServerConfig.parse(Map.of(
                        "IMAGE_DIR", volume.toString(),
                        "SPOOL_DIR", folder.resolve("spool").toString())),
                new ReplicaState()));
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void leadsFromThePrefixWithoutASlashToThePage() throws Exception {
        Response response = RawClient.get(connector.getLocalPort(), PREFIX, "Connection: close");
        assertThat(response.status()).isBetween(301, 308);
        assertThat(response.header("Location").orElseThrow()).endsWith(PREFIX + "/");
    }

    @Test
    void hasAddressesThatLeadSomewhere() throws Exception {
        URI page = URI.create("http://localhost" + PREFIX + "/");
        Set<String> addresses = new TreeSet<>();
        for (String path : PageServlet.urlPatterns()) {
            String text = get(PREFIX + (path.isEmpty() ? "/" : path)).text();
            ADDRESS.matcher(text)
                    .results()
                    .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                    .forEach(addresses::add);
        }
        assertThat(addresses)
                .contains("image", "upload", "page.css", "page.js", "./follow.js", "./upload.js", "icon.svg", "?kiosk");
        for (String address : addresses) {
            URI resolved = page.resolve(address);
            assertThat(resolved.toString()).startsWith(page.toString());
            String query = resolved.getQuery() == null ? "" : "?" + resolved.getQuery();
            int status = get(resolved.getPath() + query).status();
            assertThat(status).as(address).isIn(200, 405); // 405: the address of uploads
        }
    }

    private Response get(String path) throws Exception {
        return RawClient.get(connector.getLocalPort(), path, "Connection: close");
    }
}
