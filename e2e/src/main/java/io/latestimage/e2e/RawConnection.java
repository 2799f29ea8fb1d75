package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection. Nothing on it is retried, and nothing is asked of it but what is written here. */
final class RawConnection implements AutoCloseable {
    private static final SourcePorts SOURCE_PORTS = new SourcePorts();
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    /** Longer than the service lets an upload wait for anything. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Of a client that reads slowly: what it has not read must wait at the server, not here. */
    private static final int SMALL_BUFFER = 4096;

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
        try {
            if (slow) {
                socket.setReceiveBufferSize(SMALL_BUFFER);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) patience.toMillis());
            SOURCE_PORTS.bind(socket);
            socket.connect(new InetSocketAddress(target.address(), target.port()), (int)
                    Math.min(patience.toMillis(), CONNECT_LIMIT.toMillis()));
            in = new BufferedInputStream(socket.getInputStream(), SMALL_BUFFER);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * The head of an answer.
     *
     * @param headers by name, in any case; the last of several with one name
     */
    record Head(int status, Map<String, String> headers) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean closes() {
            return header("Connection").toLowerCase(Locale.ROOT).contains("close");
        }
    }

    /** What happens between two pieces of a body. */
    @FunctionalInterface
    interface Pause {
        Pause NONE = () -> {};

        void pause();
    }

    void send(byte[] bytes) throws IOException {
        answering = false;
        socket.getOutputStream().write(bytes);
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

    Head readHead() throws IOException {
        String[] statusLine = readLine().split(" ", 3);
        int status = Integer.parseInt(statusLine[1]);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            String[] field = line.split(": ?", 2);
            headers.put(field[0], field[1]);
        }
        return new Head(status, headers);
    }

    /** Reads the body; in pieces, if it has announced its length. */
    byte[] readBody(Head head, int pieceSize, Pause pause) throws IOException {
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
