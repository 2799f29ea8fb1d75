package io.latestimage.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.LinkedBlockingQueue;

/** A server that sends the answers of a test, one for each request. The answers may be wrong or malformed. */
final class FakeServer implements AutoCloseable {
    private final ServerSocket listener;
    private final LinkedBlockingQueue<Act> acts = new LinkedBlockingQueue<>();

    /**
     * What to do with one request.
     *
     * @param answer to send
     * @param then what to do with the connection
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Act(byte[] answer, Then then) {}

    /** What the server does with the connection after the answer. */
    enum Then {
        KEEP,
        CLOSE,
        RESET
    }

    FakeServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptForever);
    }

    Target target() {
        return Target.parse("fake=127.0.0.1:" + listener.getLocalPort());
    }

    /** Adds the answer to the next request that has none yet. */
    void answer(byte[] answer, Then then) {
        acts.add(new Act(answer, then));
    }

    private void acceptForever() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            while (readRequest(socket.getInputStream())) {
                Act act = acts.take();
                socket.getOutputStream().write(act.answer());
                if (act.then() == Then.RESET) {
                    socket.setSoLinger(true, 0);
                }
                if (act.then() != Then.KEEP) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has closed the connection, as some tests intend.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads one request with its body; false if the client has closed the connection. */
    private static boolean readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        String[] length = head.toString().split("Content-Length: ", 2);
        if (length.length == 2) {
            in.skipNBytes(Long.parseLong(length[1].split("\r\n", 2)[0]));
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
