package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
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

/** Whatever a servlet throws, the client gets a problem. */
class ResponseFilterTest {
    private final Server server = new Server();
    private final ReplicaState state = new ReplicaState();

    private static final class Failing extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            response.setHeader("ETag", "\"secret\"");
            switch (request.getRequestURI()) {
                case "/io" -> throw new IOException("secret");
                case "/runtime" -> throw new IllegalStateException("secret");
                case "/error" -> throw new AssertionError("secret");
                case "/overflow" -> overflow(0);
                case "/problem" -> throw new ProblemException(Problem.CONTENT_TOO_LARGE, 42);
                case "/late" -> {
                    response.setContentLength(100);
                    response.getOutputStream().print("begun");
                    response.flushBuffer();
                    throw new ProblemException(Problem.CONTENT_TOO_LARGE, 42);
                }
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
    void answersAFaultWithoutItsDetails(String path) throws Exception {
        assertThat(get(path))
                .startsWith("HTTP/1.1 500 ")
                .contains("application/problem+json", "nosniff", "Server: test/1", "report request ")
                .doesNotContain("secret", "AssertionError", "Exception", "StackOverflow", "ETag");
    }

    /** A servlet may set headers before it throws a problem, such as Allow. */
    @Test
    void writesTheProblemThatAServletThrows() throws Exception {
        assertThat(get("/problem"))
                .startsWith("HTTP/1.1 413 ")
                .contains("application/problem+json", "nosniff", "Server: test/1", "ETag", "42 bytes");
    }

    /** The client can tell, because the body is shorter than its Content-Length. */
    @Test
    void writesNothingIntoAResponseThatHasBegun() throws Exception {
        assertThat(get("/late")).startsWith("HTTP/1.1 200 ").endsWith("begun");
    }

    /** The request keeps the connection alive; only the state ends it. A failure must not make the filter forget. */
    @ParameterizedTest
    @ValueSource(strings = {"/fine", "/problem", "/runtime"})
    void closesTheConnectionWhileTheReplicaDrains(String path) throws Exception {
        state.drain();
        assertThat(get(path, "keep-alive")).contains("Connection: close");
    }

    @Test
    void leavesOtherResponsesAlone() throws Exception {
        assertThat(get("/fine")).startsWith("HTTP/1.1 200 ").endsWith("fine");
    }

    private String get(String path) throws Exception {
        return get(path, "close");
    }

    private String get(String path, String connection) throws Exception {
        ServerConnector connector = new ServerConnector(server);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addFilter(
                new FilterHolder(new ResponseFilter(state, "test/1")), "/*", EnumSet.of(DispatcherType.REQUEST));
        context.addServlet(new ServletHolder(new Failing()), "/*");
        server.setHandler(context);
        server.start();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            socket.getOutputStream()
                    .write("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: %s\r\n\r\n"
                            .formatted(path, connection)
                            .getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
