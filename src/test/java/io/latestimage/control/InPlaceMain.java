package io.latestimage.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A negative control: a service that writes an upload directly over the image. */
public final class InPlaceMain {
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private InPlaceMain() {}

    public static void main(String[] args) throws IOException {
        Path image = Path.of(System.getenv("IMAGE_DIR"), "image");
        Files.createDirectories(image.getParent());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/upload", exchange -> upload(exchange, image));
        server.createContext("/image", exchange -> {
            boolean exists = Files.exists(image);
            byte[] bytes = exists ? Files.readAllBytes(image) : new byte[0];
            answer(exchange, exists ? 200 : 404, bytes);
        });
        server.start();
        System.out.println("listens on port " + server.getAddress().getPort());
    }

    private static void upload(HttpExchange exchange, Path image) throws IOException {
        int length = Integer.parseInt(exchange.getRequestHeaders().getFirst("Content-Length"));
        String boundary = exchange.getRequestHeaders().getFirst("Content-Type").split("boundary=", 2)[1];
        int trailer = ("\r\n--" + boundary + "--\r\n").length();
        try (InputStream in = exchange.getRequestBody();
                OutputStream out = Files.newOutputStream(image)) {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!endsWith(head.toByteArray(), END)) {
                head.write(in.read());
            }
            for (int left = length - head.size() - trailer; left > 0; ) {
                byte[] bytes = in.readNBytes(Math.min(left, 8192));
                out.write(bytes);
                left -= bytes.length;
            }
            in.readAllBytes();
        }
        answer(exchange, 201, new byte[0]);
    }

    private static boolean endsWith(byte[] bytes, byte[] end) {
        int from = bytes.length - end.length;
        return from >= 0 && Arrays.equals(bytes, from, bytes.length, end, 0, end.length);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
