package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.FakeServer.Then;
import io.latestimage.e2e.SingleRequest.Reply;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SingleRequestTest {
    private final FakeServer server = new FakeServer();

    SingleRequestTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void readsABodyOfKnownLength() throws Exception {
        answer("HTTP/1.1 201 Created\r\nServer: x\r\nContent-Length: 3\r\n\r\nabc", Then.KEEP);
        Reply reply = SingleRequest.get(server.target(), "/").send();
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.succeeded()).isTrue();
        assertThat(reply.header("server")).isEqualTo("x");
        assertThat(reply.text()).isEqualTo("abc");
    }

    @Test
    void readsABodyInChunks() throws Exception {
        answer(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nT: u\r\n\r\n",
                Then.KEEP);
        assertThat(SingleRequest.get(server.target(), "/").send().text()).isEqualTo("abcd");
    }

    @Test
    void readsABodyThatEndsWithTheConnection() throws Exception {
        answer("HTTP/1.1 404 Not Found\r\n\r\nnone", Then.CLOSE);
        Reply reply = SingleRequest.get(server.target(), "/").send();
        assertThat(reply.succeeded()).isFalse();
        assertThat(reply.text()).isEqualTo("none");
    }

    @Test
    void doesNotWaitForABodyAfterStatus204() throws Exception {
        answer("HTTP/1.1 204 No Content\r\n\r\n", Then.KEEP);
        assertThat(SingleRequest.get(server.target(), "/")
                        .with("X", "y")
                        .sending("PUT", "body".getBytes(UTF_8))
                        .send()
                        .status())
                .isEqualTo(204);
    }

    @Test
    void reportsAnAnswerThatIsCutShortOrIsNotHttp() {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", Then.CLOSE);
        answer("Bananas\r\n\r\n", Then.CLOSE);
        SingleRequest request = SingleRequest.get(server.target(), "/x");
        assertThatThrownBy(request::send).isInstanceOf(IOException.class).hasMessageContaining("2 of 3 bytes");
        assertThatThrownBy(request::send).isInstanceOf(IOException.class).hasMessage("GET /x: the answer is not HTTP");
    }

    private void answer(String text, Then then) {
        server.answer(text.getBytes(UTF_8), then);
    }
}
