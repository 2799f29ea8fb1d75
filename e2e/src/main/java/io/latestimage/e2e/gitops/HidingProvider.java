package io.latestimage.e2e.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A fake API of a Git provider that hides contents. It answers 404 for the contents of every branch, and forwards all
 * other requests to the real provider.
 */
final class HidingProvider implements AutoCloseable {
    private static final byte[] NOT_FOUND = "{\"message\": \"not found\"}".getBytes(UTF_8);
    private static final List<String> REQUEST_HEADERS = List.of("Authorization", "Accept");
    private static final List<String> RESPONSE_HEADERS = List.of("Content-Type", "Link", "X-Total-Count");
    private static final int BAD_GATEWAY = 502;

    private final Gitea upstream;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> hidden = new CopyOnWriteArrayList<>();

    /**
     * Starts to listen.
     *
     * @param upstream the real provider
     * @param address {@code ADDRESS[:PORT]} of this machine for Argo CD. If it is empty, the address from which this
     *     machine reaches the real provider. Without a port, a free one.
     */
    HidingProvider(Gitea upstream, String address) throws IOException {
        this.upstream = upstream;
        String[] parts = address.split(":", 2);
        InetAddress own = address.isEmpty() ? addressTowards(upstream.url()) : InetAddress.getByName(parts[0]);
        int port = parts.length == 2 ? Integer.parseInt(parts[1]) : 0;
        server = HttpServer.create(new InetSocketAddress(own, port), 0);
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
    }

    private static InetAddress addressTowards(URI url) throws IOException {
        int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
        try (Socket socket = new Socket(url.getHost(), port)) {
            return socket.getLocalAddress();
        }
    }

    URI url() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort()));
    }

    /** The path and query of each request that was answered 404, in order. */
    List<String> hidden() {
        return List.copyOf(hidden);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        if (path.contains("/contents")) {
            hidden.add(path);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            send(exchange, 404, NOT_FOUND);
        } else {
            forward(exchange, path);
        }
    }

    private void forward(HttpExchange exchange, String path) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String name : REQUEST_HEADERS) {
            String value = exchange.getRequestHeaders().getFirst(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        try {
            HttpResponse<byte[]> response = upstream.get(path, headers);
            for (String name : RESPONSE_HEADERS) {
                response.headers()
                        .firstValue(name)
                        .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
            }
            send(exchange, response.statusCode(), response.body());
        } catch (IOException e) {
            send(exchange, BAD_GATEWAY, String.valueOf(e).getBytes(UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.close();
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
