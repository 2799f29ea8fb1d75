package io.latestimage.training;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * Sends requests on raw sockets, because a client library would not send all of them, and checks the status of each
 * response.
 */
final class TrainingClient {
    private static final String BOUNDARY = "----training";
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int CHUNK_SIZE = 16_384;

    private final int port;
    private int sent;

    TrainingClient(int port) {
        this.port = port;
    }

    /** The number of requests so far. All had the expected status. */
    int sent() {
        return sent;
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    /** Uploads a form. */
    TrainingResponse upload(int status, byte[] form) throws IOException {
        return expect(status, head("POST", "/upload", length(form), type()), form);
    }

    /** Sends a request without a body. */
    TrainingResponse expect(int status, String head) throws IOException {
        return expect(status, head, new byte[0]);
    }

    /**
     * Sends a request on a connection of its own.
     *
     * @throws IllegalStateException if the response has another status
     */
    TrainingResponse expect(int status, String head, byte[] body) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(ascii(head));
            out.write(body);
            socket.shutdownOutput();
            return check(status, head, TrainingResponse.read(socket.getInputStream(), !head.startsWith("HEAD")));
        }
    }

    /** Sends the body after the interim response. */
    TrainingResponse expect(int interim, int status, String head, byte[] body) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(ascii(head));
            TrainingResponse _ = check(interim, head, TrainingResponse.read(socket.getInputStream(), false));
            socket.getOutputStream().write(body);
            return check(status, head, TrainingResponse.read(socket.getInputStream(), true));
        }
    }

    /** Sends a request without a body on a connection that stays open. */
    TrainingResponse expectOn(Socket socket, int status, String head) throws IOException {
        socket.getOutputStream().write(ascii(head));
        return check(status, head, TrainingResponse.read(socket.getInputStream(), true));
    }

    private TrainingResponse check(int status, String head, TrainingResponse response) {
        if (response.status() != status) {
            throw new IllegalStateException("expected %d for %s, was %s".formatted(status, head, response));
        }
        sent++;
        return response;
    }

    /** The head of a request with {@code Connection: close}. */
    static String head(String method, String path, String... headers) {
        StringBuilder head = new StringBuilder(keepAliveHead(method, path));
        head.setLength(head.length() - 2);
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("Connection: close\r\n\r\n").toString();
    }

    static String keepAliveHead(String method, String path) {
        return "%s %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: training\r\nAccept: */*\r\n\r\n"
                .formatted(method, path);
    }

    static String type() {
        return "Content-Type: multipart/form-data; boundary=" + BOUNDARY;
    }

    static String length(byte[] body) {
        return "Content-Length: " + body.length;
    }

    static byte[] form(String field, String file, byte[] content) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(ascii("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
                .formatted(BOUNDARY, field, file)));
        form.writeBytes(ascii("Content-Type: image/png\r\n\r\n"));
        form.writeBytes(content);
        form.writeBytes(ascii("\r\n--" + BOUNDARY + "--\r\n"));
        return form.toByteArray();
    }

    static byte[] chunked(byte[] body) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += CHUNK_SIZE) {
            int length = Math.min(CHUNK_SIZE, body.length - at);
            chunks.writeBytes(ascii(Integer.toHexString(length) + "\r\n"));
            chunks.write(body, at, length);
            chunks.writeBytes(ascii("\r\n"));
        }
        chunks.writeBytes(ascii("0\r\n\r\n"));
        return chunks.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
