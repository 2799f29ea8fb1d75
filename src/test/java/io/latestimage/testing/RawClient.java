package io.latestimage.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A connection that sends exactly the bytes that a test gives it. It adds nothing and retries nothing. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * A response.
     *
     * @param headers by name, case-insensitive; the values of headers with the same name are joined by ", "
     */
    @SuppressWarnings("ArrayRecordComponent") // responses are never compared
    public record Response(int status, Map<String, String> headers, byte[] body) {
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        public String text() {
            return new String(body, java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    public static RawClient connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        return new RawClient(socket);
    }

    /** One request on a connection of its own. */
    public static Response exchange(int port, byte[] request) throws IOException {
        try (RawClient client = connect(port)) {
            client.send(request);
            return client.readResponse(
                    !new String(request, 0, Math.min(5, request.length), ISO_8859_1).equals("HEAD "));
        }
    }

    /** A request without a body, such as {@code get(port, "/image", "Range: bytes=0-3")}. */
    public static Response get(int port, String path, String... headers) throws IOException {
        return exchange(port, head("GET", path, headers).getBytes(ISO_8859_1));
    }

    /** The head of a request, with its empty line. All lines end with CRLF. */
    public static String head(String method, String path, String... headers) {
        StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\nHost: localhost\r\n".formatted(method, path));
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    public void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    /** Ends the output. The server sees the end of the stream. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    public Socket socket() {
        return socket;
    }

    public Response readResponse() throws IOException {
        return readResponse(true);
    }

    /**
     * Reads one response, which may be an interim one.
     *
     * @param withBody false for the response to HEAD
     */
    public Response readResponse(boolean withBody) throws IOException {
        String statusLine = readLine();
        int status = Integer.parseInt(statusLine.split(" ", 3)[1]);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            String[] field = line.split(": ?", 2);
            headers.merge(field[0], field[1], (a, b) -> a + ", " + b);
        }
        byte[] body = new byte[0];
        if (withBody && status >= 200 && status != 204 && status != 304) {
            String length = headers.get("Content-Length");
            body = length == null ? in.readAllBytes() : readExactly(Integer.parseInt(length));
        }
        return new Response(status, headers, body);
    }

    /** Whether the server has ended the connection, normally or with a reset. */
    public boolean isEnded() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether the server sends nothing, and does not end the connection, for as long as the socket's timeout. */
    public boolean isSilent() throws IOException {
        try {
            in.read();
            return false;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        }
    }

    private byte[] readExactly(int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the body ends after %d of %d bytes".formatted(body.length, length));
        }
        return body;
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ends after: " + line.toString(ISO_8859_1));
            }
            line.write(next);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
