package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.EnumSet;
import org.eclipse.jetty.ee11.servlet.FilterHolder;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever leaves a servlet, the client gets the usual answer. */
class ResponseFilterTest {
    private final Server server = new Server();

    private static final class Failing extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setHeader("ETag", "\"secret\"");
            switch (request.getRequestURI()) {
                case "/io" -> throw new IOException("secret");
                case "/runtime" -> throw new IllegalStateException("secret");
                case "/error" -> throw new AssertionError("secret");
                case "/overflow" -> overflow(0);
                default -> response.getOutputStream().print("fine");
            }
        }

        @SuppressWarnings("InfiniteRecursion") // on purpose
        private static int overflow(int depth) {
            return overflow(depth + 1) + 1;
        }
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/io", "/runtime", "/error", "/overflow"})
    void answersWithTheUsualProblem(String path) throws Exception {
        assertThat(get(path))
                .startsWith("HTTP/1.1 500 ")
                .contains("application/problem+json", "nosniff", "Server: test/1", "Something went wrong here")
                .doesNotContain("secret", "AssertionError", "Exception", "StackOverflow", "ETag");
    }

    @Test
    void leavesOtherAnswersAlone() throws Exception {
        assertThat(get("/fine")).startsWith("HTTP/1.1 200 ").endsWith("fine");
    }

    private String get(String path) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addFilter(
                new FilterHolder(new ResponseFilter(new ReplicaState(), "test/1")),
                "/*",
                EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(new Failing()), "/*");
        server.setHandler(context);
        server.start();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            socket.getOutputStream()
                    .write("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .formatted(path)
                            .getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
