package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.latestimage.e2e.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends requests of the fuzz, each on a connection of its own, and judges what comes back. The service must answer or
 * close every connection. It must not fail.
 *
 * @param patience how long the service may take; longer than all limits of the service that a request can reach
 */
record FuzzClient(Target target, Duration patience) {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([1-9]\\d\\d) ");
    private static final String ANSWER = "HTTP/1.1 ";
    /** Statuses of 500 and more that say that the request is not supported, or that there are too many. */
    private static final List<Integer> HARMLESS = List.of(501, 505);

    private static final int UNAVAILABLE = 503;
    private static final String TOO_MANY = "\"detail\":\"Too many ";

    /** What the client does when it has sent everything. */
    enum Ending {
        /** Ends its output, and reads until the service closes the connection. */
        HALF_CLOSE,
        /** Waits for an answer and sends nothing more. If the request is incomplete, the service waits as well. */
        STAY,
        /** Closes the connection, and reads nothing. */
        HANG_UP,
        /** Resets the connection. */
        RESET
    }

    /** What is wrong with an answer. */
    enum Defect {
        NONE,
        /** Neither an answer nor the end of the connection. */
        HANGS,
        NOT_HTTP,
        /** An answer whose status says that the service has failed. */
        FAILED,
        NO_CONNECTION
    }

    /**
     * What came back.
     *
     * @param received the bytes, as ISO 8859-1
     */
    record Exchange(Defect defect, String received) {
        /** The statuses of all answers. */
        List<Integer> statuses() {
            return STATUS.matcher(received)
                    .results()
                    .map(result -> Integer.valueOf(result.group(1)))
                    .toList();
        }
    }

    /** Sends a request, and reads what comes back. */
    Exchange exchange(FuzzRequest request, Ending ending) {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (Socket socket = connect()) {
            send(socket, request);
            switch (ending) {
                case HALF_CLOSE -> {
                    socket.shutdownOutput();
                    receive(socket, received, false);
                }
                case STAY -> receive(socket, received, true);
                case HANG_UP -> {}
                case RESET -> socket.setSoLinger(true, 0);
            }
        } catch (SocketTimeoutException e) {
            return new Exchange(Defect.HANGS, received.toString(ISO_8859_1));
        } catch (NoConnectionException e) {
            return new Exchange(Defect.NO_CONNECTION, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            // The service has closed the connection before it has read everything.
        }
        return judge(received.toString(ISO_8859_1));
    }

    private static Exchange judge(String received) {
        if (!received.isEmpty() && !received.startsWith(ANSWER)) {
            return new Exchange(Defect.NOT_HTTP, received);
        }
        Exchange exchange = new Exchange(Defect.NONE, received);
        boolean failed = exchange.statuses().stream()
                .anyMatch(status -> status >= 500
                        && !HARMLESS.contains(status)
                        && !(status == UNAVAILABLE && received.contains(TOO_MANY)));
        return failed ? new Exchange(Defect.FAILED, received) : exchange;
    }

    private static final class NoConnectionException extends IOException {
        private static final long serialVersionUID = 1L;

        NoConnectionException(IOException cause) {
            super(cause);
        }
    }

    private Socket connect() throws NoConnectionException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true); // each piece is a packet
                socket.setSoTimeout((int) patience.toMillis());
                socket.connect(new InetSocketAddress(target.address(), target.port()), (int) patience.toMillis());
                return socket;
            } catch (NoRouteToHostException e) {
                // This machine has no free port: all of them are in TIME_WAIT.
                closeQuietly(socket);
                if (System.nanoTime() - end > 0) {
                    throw new NoConnectionException(e);
                }
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            } catch (IOException e) {
                closeQuietly(socket);
                throw new NoConnectionException(e);
            }
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was never connected.
        }
    }

    /** Sends all pieces, or those that the service takes. */
    private static void send(Socket socket, FuzzRequest request) {
        try {
            for (byte[] piece : request.pieces()) {
                socket.getOutputStream().write(piece);
            }
        } catch (IOException e) {
            // The service has answered and closed the connection already. The answer can still be read.
        }
    }

    /**
     * Reads until the service closes the connection.
     *
     * @param once whether to stop as soon as there is an answer that is not an interim one
     */
    private void receive(Socket socket, ByteArrayOutputStream received, boolean once) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[16 * 1024];
        long end = System.nanoTime() + patience.toNanos();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            received.write(buffer, 0, count);
            if (once && hasFinalStatus(received)) {
                return;
            }
            if (System.nanoTime() - end > 0) {
                throw new SocketTimeoutException("the answer does not end");
            }
        }
    }

    private static boolean hasFinalStatus(ByteArrayOutputStream received) {
        Matcher status = STATUS.matcher(received.toString(ISO_8859_1));
        while (status.find()) {
            if (!status.group(1).startsWith("1")) {
                return true;
            }
        }
        return false;
    }
}
