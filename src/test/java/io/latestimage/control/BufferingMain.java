package io.latestimage.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** A negative control: a service that holds each upload in memory before it decides. */
public final class BufferingMain {
    private static final int LIMIT = 21 << 20;

    private BufferingMain() {}

    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/upload", BufferingMain::upload);
        server.start();
        System.out.println("listens on port " + server.getAddress().getPort());
    }

    private static void upload(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream in = exchange.getRequestBody()) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            in.transferTo(body);
            exchange.sendResponseHeaders(body.size() > LIMIT ? 413 : 201, -1);
        }
    }
}
