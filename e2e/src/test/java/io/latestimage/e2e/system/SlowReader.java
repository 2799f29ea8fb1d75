package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.RawConnection.Head;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;

/** A client that has the head of an answer, and leaves the body where it is until it is asked to read on. */
final class SlowReader implements AutoCloseable {
    /** More than the system keeps of an answer for a client that does not read. */
    static final int SIZE = 8 << 20;

    private final RawConnection connection;

    private SlowReader(RawConnection connection) {
        this.connection = connection;
    }

    /** Gets the image as it is now. */
    static SlowReader start(ServiceProcess service) throws IOException {
        RawConnection connection = service.connect();
        connection.socket().setReceiveBufferSize(16 * 1024);
        connection.sendHead("GET", "/image");
        Head head = connection.readHead();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(SIZE));
        return new SlowReader(connection);
    }

    /** Reads on, to the end of the image or of the connection, whichever comes first. */
    byte[] readRest() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        try {
            // With a window smaller than a segment of the loopback, the other side sends when a timer says so, at best.
            connection.socket().setReceiveBufferSize(1 << 20);
            while (body.size() < SIZE) {
                int count = connection.input().read(buffer);
                if (count < 0) {
                    break;
                }
                body.write(buffer, 0, count);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither bytes nor an end", e);
        } catch (IOException e) {
            return body.toByteArray(); // reset
        }
        return body.toByteArray();
    }

    @Override
    public void close() {
        connection.close();
    }
}
