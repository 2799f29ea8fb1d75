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

/** One connection. Nothing on it is retried, and nothing is asked of it but what is written here. */
public final class RawConnection implements AutoCloseable {
    private static final SourcePorts SOURCE_PORTS = new SourcePorts();
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    /** Longer than the service lets an upload wait for anything. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Of a client that reads slowly: what it has not read must wait at the server, not here. */
    private static final int SMALL_BUFFER = 4096;

    private final String host;
    private final Socket socket = new Socket();
    private final InputStream in;
    private boolean answering;

    /**
     * Connects.
     *
     * @param slow whether bodies will be read slowly
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
                // On one machine, where nobody listens and the source port is that very port (RFC 9293, 3.5).
                throw new ConnectException("Connection refused: it would be one with itself");
            }
            in = new BufferedInputStream(socket.getInputStream(), SMALL_BUFFER);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Connects, as a client that reads as fast as it can. */
    public static RawConnection to(Target target) throws IOException {
        return new RawConnection(target, false, PATIENCE);
    }

    /**
     * The head of an answer.
     *
     * @param headers by name, in any case; of several with one name, the values are joined by ", "
     */
    public record Head(int status, Map<String, String> headers) {
        /** The value, or empty. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }

        /** Whether the server says that it closes the connection. */
        public boolean closes() {
            return header("Connection").toLowerCase(Locale.ROOT).contains("close");
        }
    }

    /** What happens between two pieces of a body. */
    @FunctionalInterface
    public interface Pause {
        Pause NONE = () -> {};

        void pause();
    }

    /** The socket, for its options. */
    public Socket socket() {
        return socket;
    }

    /** What is received after all that was read by other means. */
    public InputStream input() {
        return in;
    }

    /** Sends these bytes. */
    public void send(byte[] bytes) throws IOException {
        answering = false;
        socket.getOutputStream().write(bytes);
    }

    /** Sends this text, of which each character is a byte. Lines end with CR and LF. */
    public void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    /** Sends the head of a request: with these header lines, the one with the host and the empty line. */
    public void sendHead(String method, String path, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\nHost: %s\r\n".formatted(method, path, host));
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        send(head.append("\r\n").toString());
    }

    /** Asks for this path and reads the answer; the connection stays open. */
    public Reply get(String path) throws IOException {
        sendHead("GET", path);
        return readReply();
    }

    /** Sends in pieces, until all is sent or an answer has come before. */
    void send(byte[] bytes, int pieceSize, Pause pause) throws IOException {
        answering = false;
        for (int at = 0; at < bytes.length && in.available() == 0; at += pieceSize) {
            socket.getOutputStream().write(bytes, at, Math.min(pieceSize, bytes.length - at));
            pause.pause();
        }
    }

    /** Whether the first byte of an answer to what was sent last has come. */
    boolean isAnswering() {
        return answering;
    }

    /** Reads a status line and headers. */
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

    /** Reads a whole answer to a request other than HEAD, an interim one too. */
    public Reply readReply() throws IOException {
        return readReply(true);
    }

    /**
     * Reads a whole answer.
     *
     * @param withBody false for the answer to HEAD
     */
    Reply readReply(boolean withBody) throws IOException {
        Head head = readHead();
        boolean empty = !withBody || head.status() < 200 || head.status() == 204 || head.status() == 304;
        byte[] body = empty ? new byte[0] : readBody(head, Integer.MAX_VALUE, Pause.NONE);
        return new Reply(head.status(), head.headers(), body);
    }

    /** Reads the body; in pieces, if it has announced its length. */
    public byte[] readBody(Head head, int pieceSize, Pause pause) throws IOException {
        if (head.header("Transfer-Encoding").equalsIgnoreCase("chunked")) {
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

    /** Of servers that do not know the length beforehand; the service itself always does. */
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
            // What was to be known of this connection is known.
        }
    }
}
