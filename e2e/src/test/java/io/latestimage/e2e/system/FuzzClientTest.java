package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Target;
import io.latestimage.e2e.system.FuzzClient.Defect;
import io.latestimage.e2e.system.FuzzClient.Ending;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The fuzz finds answers that are wrong. The server here sends them, whatever the request is. */
class FuzzClientTest {
    private static final FuzzRequest REQUEST =
            new FuzzRequest(1, List.of("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1)));

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private FuzzClient client(Duration patience) {
        return new FuzzClient(Target.parse("fake=127.0.0.1:" + server.getLocalPort()), patience);
    }

    /**
     * Answers one connection.
     *
     * @param keep whether the connection then stays open until the client closes it
     */
    private void answer(String text, boolean keep) {
        Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                socket.getInputStream().readNBytes(REQUEST.bytes().length);
                socket.getOutputStream().write(text.getBytes(ISO_8859_1));
                if (keep) {
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    server.accept().close(); // never: the client has closed nothing but its output
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NONE     | HTTP/1.1 200 OK\\r\\n\\r\\n",
                "NONE     | HTTP/1.1 400 Bad Request\\r\\n\\r\\n",
                "NONE     | ''",
                "NONE     | HTTP/1.1 505 HTTP Version Not Supported\\r\\n\\r\\n",
                "NONE     | HTTP/1.1 503 Service Unavailable\\r\\n\\r\\n{\"detail\":\"Too many uploads.\"}",
                "FAILED   | HTTP/1.1 503 Service Unavailable\\r\\n\\r\\n{\"detail\":\"The storage does not answer.\"}",
                "FAILED   | HTTP/1.1 500 Internal Server Error\\r\\n\\r\\n",
                "FAILED   | HTTP/1.1 200 OK\\r\\n\\r\\nHTTP/1.1 500 Internal Server Error\\r\\n\\r\\n",
                "NOT_HTTP | java.lang.IllegalStateException",
            })
    void judgesWhatComesBack(Defect defect, String answer) {
        answer(answer.translateEscapes(), false);
        assertThat(client(Duration.ofSeconds(30))
                        .exchange(REQUEST, Ending.HALF_CLOSE)
                        .defect())
                .isEqualTo(defect);
    }

    @Test
    void findsAConnectionThatIsNeverClosed() {
        answer("HTTP/1.1 200 OK\r\n\r\n", true);
        FuzzClient.Exchange exchange = client(Duration.ofMillis(300)).exchange(REQUEST, Ending.HALF_CLOSE);
        assertThat(exchange.defect()).isEqualTo(Defect.HANGS);
        assertThat(exchange.statuses()).containsExactly(200);
    }

    @Test
    void isDoneWithAnAnswerIfItStays() {
        answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", true);
        FuzzClient.Exchange exchange = client(Duration.ofSeconds(30)).exchange(REQUEST, Ending.STAY);
        assertThat(exchange.defect()).isEqualTo(Defect.NONE);
        assertThat(exchange.statuses()).containsExactly(100, 200);
    }

    @Test
    void findsAnInterimAnswerThatNothingFollows() {
        answer("HTTP/1.1 100 Continue\r\n\r\n", true);
        assertThat(client(Duration.ofMillis(300)).exchange(REQUEST, Ending.STAY).defect())
                .isEqualTo(Defect.HANGS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Ending.class,
            names = {"HANG_UP", "RESET"})
    void doesNotWaitIfItCloses(Ending ending) {
        answer("", true);
        assertThat(client(Duration.ofSeconds(30)).exchange(REQUEST, ending).defect())
                .isEqualTo(Defect.NONE);
    }

    @Test
    void findsThatNothingListens() throws IOException {
        FuzzClient client = client(Duration.ofSeconds(30));
        server.close();
        assertThat(client.exchange(REQUEST, Ending.STAY).defect()).isEqualTo(Defect.NO_CONNECTION);
    }
}
