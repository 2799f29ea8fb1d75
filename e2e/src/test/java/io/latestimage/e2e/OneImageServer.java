package io.latestimage.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * An image service that keeps its one image in memory, and lets no client wait. {@link #fail} makes it fail,
 * {@link #markAsStale} slow, and {@link #refusePuts} old.
 */
public final class OneImageServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile byte[] image = new byte[0];
    private volatile boolean failing;
    private volatile boolean refusingPuts;
    private volatile IntPredicate stale = _ -> false;
    private final AtomicInteger downloads = new AtomicInteger();
    private final AtomicInteger forms = new AtomicInteger();
    private final AtomicInteger puts = new AtomicInteger();

    public OneImageServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/upload", exchange -> {
            byte[] form = exchange.getRequestBody().readAllBytes();
            byte[] received = imageIn(form);
            forms.incrementAndGet();
            if (!failing) {
                image = received;
            }
            answer(exchange, 201, received, "{}".getBytes(StandardCharsets.UTF_8));
        });
        server.createContext("/image", exchange -> {
            if (exchange.getRequestMethod().equals("PUT")) {
                put(exchange);
                return;
            }
            byte[] current = image;
            if (stale.test(downloads.getAndIncrement())) {
                exchange.getResponseHeaders()
                        .set("Cache-Status", "latest-image; fwd=stale; detail=storage-unavailable");
            }
            String known = exchange.getRequestHeaders().getFirst("If-None-Match");
            boolean unchanged = ('"' + sha256(current) + '"').equals(known);
            answer(exchange, unchanged ? 304 : 200, current, unchanged ? new byte[0] : current);
        });
        server.start();
    }

    public Target target() {
        return Target.parse("memory=127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on, every answer is a 503, and uploads do not change the image. */
    public void fail() {
        failing = true;
    }

    /** Marks some of the downloads as stale: of those from now on, the first has the number 0. */
    public void markAsStale(IntPredicate which) {
        stale = which;
        downloads.set(0);
    }

    /** From now on, PUT is answered 405, as by a version of the service that does not know it. */
    public void refusePuts() {
        refusingPuts = true;
    }

    /** The number of uploads by forms. */
    public int forms() {
        return forms.get();
    }

    /** The number of uploads by PUT. */
    public int puts() {
        return puts.get();
    }

    private void put(HttpExchange exchange) throws IOException {
        byte[] received = exchange.getRequestBody().readAllBytes();
        puts.incrementAndGet();
        if (refusingPuts) {
            exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
            answer(exchange, 405, received, "{}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        boolean first = image.length == 0;
        if (!failing) {
            image = received;
        }
        answer(exchange, first ? 201 : 204, received, first ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0]);
    }

    private void answer(HttpExchange exchange, int status, byte[] shown, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("ETag", '"' + sha256(shown) + '"');
        exchange.sendResponseHeaders(failing ? 503 : status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /** The image in a form of one part: the bytes from the end of the part's headers to the last boundary. */
    private static byte[] imageIn(byte[] form) {
        String text = new String(form, StandardCharsets.ISO_8859_1);
        return Arrays.copyOfRange(form, text.indexOf("\r\n\r\n") + 4, text.lastIndexOf("\r\n--"));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
