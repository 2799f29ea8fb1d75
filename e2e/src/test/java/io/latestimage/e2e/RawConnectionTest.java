package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.FakeServer.Then;
import io.latestimage.e2e.SingleRequest.Reply;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection sends exactly the given request, and reads each answer to its end and no further. */
class RawConnectionTest {
    private final FakeServer server = new FakeServer();

    RawConnectionTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void readsOneAnswerAfterTheOther() throws Exception {
        server.answer(bytes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"), Then.KEEP);
        server.answer(bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\ntwo"), Then.KEEP);
        try (RawConnection connection = RawConnection.to(server.target())) {
            assertThat(connection.get("/1").text()).isEqualTo("one");
            Reply second = connection.get("/2");
            assertThat(second.status()).isEqualTo(404);
            assertThat(second.text()).isEqualTo("two");
        }
    }

    @Test
    void readsABodyOfChunks() throws Exception {
        String chunks = "3\r\none\r\n10;name=value\r\n0123456789abcdef\r\n0\r\nTrailer: x\r\n\r\n";
        server.answer(bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks), Then.KEEP);
        server.answer(bytes("HTTP/1.1 204 No Content\r\n\r\n"), Then.KEEP);
        try (RawConnection connection = RawConnection.to(server.target())) {
            assertThat(connection.get("/").text()).isEqualTo("one0123456789abcdef");
            assertThat(connection.get("/").status()).isEqualTo(204);
        }
    }

    @Test
    void readsNoBodyAfterStatus100And304() throws Exception {
        server.answer(bytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n"), Then.KEEP);
        try (RawConnection connection = RawConnection.to(server.target())) {
            assertThat(connection.get("/").status()).isEqualTo(100);
            assertThat(connection.readReply().status()).isEqualTo(304);
        }
    }

    @Test
    void joinsTheValuesOfOneHeader() throws Exception {
        server.answer(bytes("HTTP/1.1 200 OK\r\nVary: a\r\nvary: b\r\nContent-Length: 0\r\n\r\n"), Then.KEEP);
        try (RawConnection connection = RawConnection.to(server.target())) {
            assertThat(connection.get("/").header("Vary")).isEqualTo("a, b");
        }
    }

    @Test
    void failsWhenABodyIsCutShort() throws Exception {
        server.answer(bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"), Then.CLOSE);
        try (RawConnection connection = RawConnection.to(server.target())) {
            assertThatThrownBy(() -> connection.get("/"))
                    .isInstanceOf(EOFException.class)
                    .hasMessage("the body ends after 5 of 9 bytes");
        }
    }

    /**
     * Linux connects a socket to itself if the socket is bound to the port that it connects to, and nobody listens
     * there.
     */
    @Test
    void isNotConnectedToItself() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        int index = 0;
        while (new SourcePorts(index).next() != port) {
            index++;
        }
        SourcePorts same = new SourcePorts(index);
        Target nobody = Target.parse("nobody=127.0.0.1:" + port);
        assertThatThrownBy(() -> new RawConnection(nobody, false, RawConnection.PATIENCE, same))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void sendsAnUploadAsOneForm() {
        byte[] image = new Images(1).next(100).bytes();
        SingleRequest upload = SingleRequest.get(server.target(), "/upload")
                .sending("POST", UploadForm.of(image))
                .with("Content-Type", UploadForm.CONTENT_TYPE);
        String request = new String(upload.bytes(), UTF_8);
        String boundary = UploadForm.CONTENT_TYPE.split("boundary=", 2)[1];
        assertThat(request)
                .startsWith("POST /upload HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                .contains("\r\nContent-Length: " + UploadForm.of(image).length + "\r\n")
                .contains("\r\n\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"image\"; filename=")
                .endsWith("\r\n--" + boundary + "--\r\n");
        assertThat(UploadForm.of(image)).containsSequence(image).hasSizeGreaterThan(image.length);
        assertThat(UploadForm.END_LENGTH).isEqualTo(boundary.length() + 8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
