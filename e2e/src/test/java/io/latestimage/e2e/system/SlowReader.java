package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.RawConnection.Head;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;

/** A client that reads the head of an answer at once, and the body only when a test calls {@link #readRest}. */
final class SlowReader implements AutoCloseable {
    /** More than the operating system buffers for a client that does not read. */
    static final int SIZE = 8 << 20;

    private final RawConnection connection;

    private SlowReader(RawConnection connection) {
        this.connection = connection;
    }

    /** Requests the current image, and reads the head of the answer. */
    static SlowReader start(ServiceProcess service) throws IOException {
        RawConnection connection = service.connect();
        connection.socket().setReceiveBufferSize(16 * 1024);
        connection.sendHead("GET", "/image");
        Head head = connection.readHead();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(SIZE));
        return new SlowReader(connection);
    }

    /** Reads the rest, to the end of the image or of the connection, whichever comes first. */
    byte[] readRest() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        try {
            // If the window is smaller than a segment of the loopback, the sender waits for a timer or does not send.
            connection.socket().setReceiveBufferSize(1 << 20);
            while (body.size() < SIZE) {
                int count = connection.input().read(buffer);
                if (count < 0) {
                    break;
                }
                body.write(buffer, 0, count);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither bytes nor the end of the connection", e);
        } catch (IOException e) {
            return body.toByteArray(); // the connection was reset
        }
        return body.toByteArray();
    }

    @Override
    public void close() {
        connection.close();
    }
}
