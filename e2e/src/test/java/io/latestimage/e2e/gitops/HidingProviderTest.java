package io.latestimage.e2e.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HidingProviderTest {
    private static final String LIST = "[{\"name\": \"main\"}]";

    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer real;
    private HidingProvider provider;

    @BeforeEach
    void start() throws IOException {
        real = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        real.createContext("/", HidingProviderTest::answer);
        real.start();
        URI url = URI.create("http://127.0.0.1:" + real.getAddress().getPort());
        provider = new HidingProvider(new Gitea(url, "user", "password"), "");
    }

    @AfterEach
    void stop() {
        provider.close();
        real.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            int status = "token right".equals(authorization) ? 200 : 401;
            exchange.getResponseHeaders().set("X-Total-Count", "1");
            exchange.getResponseHeaders().set("Link", exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(status, LIST.length());
            exchange.getResponseBody().write(LIST.getBytes(UTF_8));
        }
    }

    private HttpResponse<String> get(String path, String authorization) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(provider.url() + path))
                .header("Authorization", authorization)
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void forwardsOtherRequests() throws Exception {
        HttpResponse<String> response = get("/api/v1/repos/o/r/branches?page=1&limit=50", "token right");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(LIST);
        assertThat(response.headers().firstValue("X-Total-Count")).contains("1");
        assertThat(response.headers().firstValue("Link")).contains("/api/v1/repos/o/r/branches?page=1&limit=50");
        assertThat(provider.hidden()).isEmpty();
    }

    @Test
    void forwardsErrorsOfTheRealProvider() throws Exception {
        assertThat(get("/api/v1/user", "token wrong").statusCode()).isEqualTo(401);
    }

    @Test
    void hidesContentsAndRecordsTheRequests() throws Exception {
        String path = "/api/v1/repos/o/r/contents/helm/Chart.yaml?ref=main";

        HttpResponse<String> response = get(path, "token right");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(provider.hidden()).containsExactly(path);
    }

    @Test
    void answersBadGatewayIfTheRealProviderIsUnreachable() throws Exception {
        real.stop(0);

        assertThat(get("/api/v1/user", "token right").statusCode()).isEqualTo(502);
    }
}
