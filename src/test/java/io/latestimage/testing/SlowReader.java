package io.latestimage.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** A client that has the head of an answer, and leaves the body where it is until it is asked to read on. */
public final class SlowReader implements AutoCloseable {
    /** More than the operating system buffers for a client that does not read. */
    public static final int SIZE = 8 << 20;

    private final RawClient client;

    private SlowReader(RawClient client) {
        this.client = client;
    }

    /** Gets the image as it is now. */
    public static SlowReader start(int port) throws IOException {
        RawClient client = RawClient.connect(port);
        client.socket().setReceiveBufferSize(16 * 1024);
        client.send(RawClient.head("GET", "/image"));
        InputStream in = client.socket().getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("%s", head).isNotNegative();
            head.append((char) next);
        }
        assertThat(head).startsWith("HTTP/1.1 200").contains("Content-Length: " + SIZE);
        return new SlowReader(client);
    }

    /** Reads on, to the end of the image or of the connection, whichever comes first. */
    public byte[] readRest() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        try {
            // With a window smaller than a segment of the loopback, the other side sends when a timer says so, at best.
            client.socket().setReceiveBufferSize(1 << 20);
            while (body.size() < SIZE) {
                int count = client.socket().getInputStream().read(buffer);
                if (count < 0) {
                    break;
                }
                body.write(buffer, 0, count);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("neither bytes nor the end of the connection", e);
        } catch (IOException e) {
            return body.toByteArray(); // reset
        }
        return body.toByteArray();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
