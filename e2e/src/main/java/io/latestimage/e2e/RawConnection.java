package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.latestimage.e2e.SingleRequest.Reply;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A TCP connection for HTTP/1.1. It retries nothing, and sends nothing that its caller did not ask for. */
public final class RawConnection implements AutoCloseable {
    private static final SourcePorts SOURCE_PORTS = new SourcePorts();
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    /** How long to wait for each next byte: longer than the service lets an upload wait. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The receive buffer of a slow client, in bytes. It is small, so that unread bytes wait at the server. */
    private static final int SMALL_BUFFER = 4096;

    private final String host;
    private final Socket socket = new Socket();
    private final InputStream in;
    private boolean answering;

    /**
     * Connects.
     *
     * @param slow whether the client will read bodies slowly
     * @param patience how long to wait for each next byte
     */
    RawConnection(Target target, boolean slow, Duration patience) throws IOException {
        this(target, slow, patience, SOURCE_PORTS);
    }

    RawConnection(Target target, boolean slow, Duration patience, SourcePorts sourcePorts) throws IOException {
        host = target.host();
        try {
            if (slow) {
                socket.setReceiveBufferSize(SMALL_BUFFER);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) patience.toMillis());
            sourcePorts.bind(socket);
            socket.connect(new InetSocketAddress(target.address(), target.port()), (int)
                    Math.min(patience.toMillis(), CONNECT_LIMIT.toMillis()));
            if (socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress())) {
                // If nothing listens on a port of this machine, a connect from that port succeeds (RFC 9293, 3.5).
                throw new ConnectException(
                        "Connection refused: the source port is the target port, and nothing else listens on it");
            }
            in = new BufferedInputStream(socket.getInputStream(), SMALL_BUFFER);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Connects as a client that reads as fast as it can. */
    public static RawConnection to(Target target) throws IOException {
        return new RawConnection(target, false, PATIENCE);
    }

    /**
     * The head of an answer.
     *
     * @param headers the values by name, which is not case-sensitive; several values of one name are joined by ", "
     */
    public record Head(int status, Map<String, String> headers) {
        /** The value of a header, or an empty string. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }

        /** Whether a body follows, unless the request was HEAD (RFC 9112, section 6.3). */
        boolean hasBody() {
            return status >= 200 && status != 204 && status != 304;
        }

        /** Whether the end of the answer is known without the end of the connection. */
        boolean isDelimited() {
            return !hasBody() || !header("Content-Length").isEmpty();
        }

        /** Whether the server announces that it closes the connection. */
        public boolean closes() {
            return header("Connection").toLowerCase(Locale.ROOT).contains("close");
        }
    }

    /** Runs between two pieces of a body. */
    @FunctionalInterface
    public interface Pause {
        Pause NONE = () -> {};

        void pause();
    }

    /** The socket, so that a caller can set its options. */
    public Socket socket() {
        return socket;
    }

    /** The bytes that the other methods have not read yet. */
    public InputStream input() {
        return in;
    }

    /** Sends these bytes. */
    public void send(byte[] bytes) throws IOException {
        answering = false;
        socket.getOutputStream().write(bytes);
    }

    /** Sends this text as ISO 8859-1, one byte for each character. The caller ends lines with CR and LF. */
    public void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    /** Sends the head of a request: request line, {@code Host}, these header lines, and the empty line. */
    public void sendHead(String method, String path, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\nHost: %s\r\n".formatted(method, path, host));
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        send(head.append("\r\n").toString());
    }

    /** Sends {@code GET} for this path and reads the answer. The connection stays open. */
    public Reply get(String path) throws IOException {
        sendHead("GET", path);
        return readReply();
    }

    /** Sends the bytes in pieces. Stops early if the server answers before it has received them all. */
    void send(byte[] bytes, int pieceSize, Pause pause) throws IOException {
        answering = false;
        for (int at = 0; at < bytes.length && in.available() == 0; at += pieceSize) {
            socket.getOutputStream().write(bytes, at, Math.min(pieceSize, bytes.length - at));
            pause.pause();
        }
    }

    /** Whether an answer to the latest request has begun to arrive. */
    boolean isAnswering() {
        return answering;
    }

    /** Reads a status line and the headers. */
    public Head readHead() throws IOException {
        String[] statusLine = readLine().split(" ", 3);
        int status = Integer.parseInt(statusLine[1]);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            String[] field = line.split(": ?", 2);
            headers.merge(field[0], field[1], (first, next) -> first + ", " + next);
        }
        return new Head(status, headers);
    }

    /** Reads a whole answer to a request other than HEAD. An interim (1xx) answer counts as one, too. */
    public Reply readReply() throws IOException {
        return readReply(true);
    }

    /**
     * Reads a whole answer.
     *
     * @param withBody false for the answer to a HEAD request
     */
    public Reply readReply(boolean withBody) throws IOException {
        Head head = readHead();
        byte[] body = withBody ? readBody(head, Integer.MAX_VALUE, Pause.NONE) : new byte[0];
        return new Reply(head.status(), head.headers(), body);
    }

    /** Reads the body, if there is one. Reads it in pieces, with pauses, if the head has a {@code Content-Length}. */
    public byte[] readBody(Head head, int pieceSize, Pause pause) throws IOException {
        if (!head.hasBody()) {
            return new byte[0];
        } else if (head.header("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            return readChunks();
        } else if (head.header("Content-Length").isEmpty()) {
            return in.readAllBytes();
        }
        byte[] body = new byte[Integer.parseInt(head.header("Content-Length"))];
        for (int at = 0; at < body.length; at += pieceSize) {
            int length = Math.min(pieceSize, body.length - at);
            int count = in.readNBytes(body, at, length);
            if (count < length) {
                throw new EOFException("the body ends after %d of %d bytes".formatted(at + count, body.length));
            }
            pause.pause();
        }
        return body;
    }

    /** For servers that do not know the length in advance. The service itself always sends {@code Content-Length}. */
    private byte[] readChunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int length = Integer.parseInt(readLine().split(";", 2)[0].strip(), 16);
            byte[] chunk = in.readNBytes(length);
            if (chunk.length < length) {
                throw new EOFException("a chunk ends after %d of %d bytes".formatted(chunk.length, length));
            }
            body.writeBytes(chunk);
            String end = readLine();
            if (length == 0) {
                while (!end.isEmpty()) { // trailers
                    end = readLine();
                }
                return body.toByteArray();
            }
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ends after \"" + line.toString(ISO_8859_1) + '"');
            }
            answering = true;
            line.write(next);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // All answers have been read or have failed already.
        }
    }
}
