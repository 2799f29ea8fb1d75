package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.FakeServer.Then;
import io.latestimage.e2e.Images.Image;
import io.latestimage.e2e.RawConnection.Pause;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The load detects each way in which an answer can be wrong. */
class ExchangeTest {
    private final Images images = new Images(1);
    private final Image image = images.next(5_000);
    private final FakeServer server = new FakeServer();
    private final Exchange exchange = new Exchange(server.target(), Style.KEEP_ALIVE, images);

    ExchangeTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        exchange.close();
        server.close();
    }

    @Test
    void acceptsCorrectAnswers() {
        server.answer(ok(image, image.bytes(), ""), Then.KEEP);
        server.answer(created(image.version()), Then.KEEP);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.DONE);
        assertThat(exchange.upload(image, Pause.NONE).outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void acceptsBothAcknowledgementsOfAPut() {
        try (Exchange put = new Exchange(server.target(), Style.KEEP_ALIVE, UploadWay.PUT, images)) {
            server.answer(created(image.version()), Then.KEEP);
            server.answer(noContent(image.version()), Then.KEEP);
            server.answer(noContent(images.next(100).version()), Then.KEEP);
            assertThat(put.upload(image).outcome()).isEqualTo(Outcome.DONE);
            assertThat(put.upload(image).outcome()).isEqualTo(Outcome.DONE);
            assertThat(put.upload(image).outcome()).isEqualTo(Outcome.WRONG);
        }
    }

    /** 204 has neither a body nor a length, and the connection stays open. */
    @Test
    void keepsTheConnectionAfterAnAnswerWithoutABody() {
        try (Exchange put = new Exchange(server.target(), Style.KEEP_ALIVE, UploadWay.PUT, images)) {
            server.answer(noContent(image.version()), Then.KEEP);
            server.answer(new byte[0], Then.CLOSE);
            assertThat(put.upload(image).outcome()).isEqualTo(Outcome.DONE);
            assertThat(put.upload(image).detail()).startsWith("PUT /image: ").contains("connection used before");
        }
    }

    /** The form promises a description of the new image. */
    @Test
    void seesThatAFormIsAnsweredWithoutADescription() {
        server.answer(noContent(image.version()), Then.KEEP);
        assertThat(exchange.upload(image).outcome()).isEqualTo(Outcome.STATUS);
    }

    @Test
    void seesOneWrongByte() {
        byte[] wrong = image.bytes().clone();
        wrong[4_321] ^= 1;
        server.answer(ok(image, wrong, ""), Then.KEEP);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void seesAnImageThatIsShorterThanTheUploadedOne() {
        server.answer(ok(image, Arrays.copyOf(image.bytes(), 4_999), ""), Then.KEEP);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void seesAnImageThatNobodyUploaded() {
        Image foreign = new Images(2).next(5_000);
        server.answer(ok(foreign, foreign.bytes(), ""), Then.KEEP);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void seesAnImageThatDoesNotMatchItsEtag() {
        Image other = images.next(5_000);
        server.answer(ok(image, other.bytes(), ""), Then.KEEP);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void seesThatAnotherUploadWasAcknowledged() {
        server.answer(created(images.next(100).version()), Then.KEEP);
        assertThat(exchange.upload(image, Pause.NONE).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void seesABodyThatIsCutShort() {
        byte[] answer = ok(image, image.bytes(), "");
        server.answer(Arrays.copyOf(answer, answer.length - 1), Then.CLOSE);
        Answer cut = exchange.download(Pause.NONE);
        assertThat(cut.outcome()).isEqualTo(Outcome.CUT);
        assertThat(cut.detail()).contains("ends after 4999 of 5000 bytes");
    }

    @Test
    void seesAHeadThatIsCutShort() {
        server.answer("HTTP/1.1 200".getBytes(UTF_8), Then.CLOSE);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.CUT);
    }

    @Test
    void seesAReset() {
        server.answer(new byte[0], Then.RESET);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.RESET);
    }

    @Test
    void seesAConnectionThatIsClosedWithoutAnAnswer() {
        server.answer(new byte[0], Then.CLOSE);
        assertThat(exchange.upload(image, Pause.NONE).outcome()).isIn(Outcome.CLOSED, Outcome.RESET);
    }

    @Test
    void reportsAnIdleConnectionThatTheServerClosedWithoutConnectionClose() throws Exception {
        server.answer(ok(image, image.bytes(), ""), Then.CLOSE);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.DONE);
        Answer failed = exchange.download(Pause.NONE);
        assertThat(failed.outcome()).isIn(Outcome.CLOSED, Outcome.RESET);
        assertThat(failed.detail()).contains("connection used before");
    }

    @Test
    void opensANewConnectionAfterConnectionClose() {
        server.answer(ok(image, image.bytes(), "Connection: close\r\n"), Then.CLOSE);
        server.answer(ok(image, image.bytes(), ""), Then.KEEP);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.DONE);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void seesThatNobodyListens() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        Target nobody = Target.parse("nobody=127.0.0.1:" + port);
        try (Exchange refused = new Exchange(nobody, Style.FRESH, images)) {
            assertThat(refused.download(Pause.NONE).outcome()).isEqualTo(Outcome.REFUSED);
        }
    }

    @Test
    void seesAnotherStatus() {
        server.answer(problem(503, "The storage does not answer."), Then.KEEP);
        server.answer(problem(404, "There is no image yet."), Then.KEEP);
        assertThat(exchange.download(Pause.NONE)).satisfies(answer -> {
            assertThat(answer.outcome()).isEqualTo(Outcome.STATUS);
            assertThat(answer.kind()).isEqualTo("download 503");
            assertThat(answer.detail()).contains("The storage does not answer.");
        });
        assertThat(exchange.download(Pause.NONE).kind()).isEqualTo("download 404");
    }

    @Test
    void distinguishesARejectionAnUncertainOutcomeAndAForeignAnswer() {
        server.answer(problem(503, "The storage does not answer. Nothing has changed."), Then.KEEP);
        server.answer(problem(503, "The storage failed while the image was being replaced."), Then.KEEP);
        server.answer(answer(503, "Content-Type: text/html\r\n", "No server".getBytes(UTF_8)), Then.KEEP);
        assertThat(exchange.upload(image, Pause.NONE).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(exchange.upload(image, Pause.NONE).outcome()).isEqualTo(Outcome.UNCERTAIN);
        assertThat(exchange.upload(image, Pause.NONE).outcome()).isEqualTo(Outcome.STATUS);
    }

    @Test
    void distinguishesAnUnmetConditionFromARejection() {
        server.answer(problem(412, "The image is not the one that was named."), Then.KEEP);
        server.answer(problem(412, "The image is not the one that was named."), Then.KEEP);
        Answer outdated = exchange.replace("0123", image);
        assertThat(outdated.outcome()).isEqualTo(Outcome.OUTDATED);
        assertThat(outdated.mayHaveHappened()).isFalse();
        assertThat(exchange.upload(image).outcome()).isEqualTo(Outcome.REJECTED); // this upload has no condition
    }

    @Test
    void seesAnAnswerThatIsMarkedAsStale() {
        String mark = "Cache-Status: latest-image; fwd=stale; detail=storage-unavailable\r\n";
        server.answer(ok(image, image.bytes(), mark), Then.KEEP);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.STALE);
    }

    @Test
    void reportsAnAnswerThatIsNotHttpAsWrong() {
        server.answer("Bananas\r\n\r\n".getBytes(UTF_8), Then.KEEP);
        assertThat(exchange.download(Pause.NONE).outcome()).isEqualTo(Outcome.WRONG);
    }

    private static byte[] ok(Image image, byte[] body, String headers) {
        return answer(200, "ETag: \"" + image.version() + "\"\r\n" + headers, body);
    }

    private static byte[] created(String version) {
        return answer(201, "ETag: \"" + version + "\"\r\n", "{}".getBytes(UTF_8));
    }

    private static byte[] noContent(String version) {
        return "HTTP/1.1 204 Some words\r\nETag: \"%s\"\r\n\r\n"
                .formatted(version)
                .getBytes(UTF_8);
    }

    private static byte[] problem(int status, String detail) {
        return answer(status, "Content-Type: application/problem+json\r\n", detail.getBytes(UTF_8));
    }

    private static byte[] answer(int status, String headers, byte[] body) {
        byte[] head = "HTTP/1.1 %d Some words\r\nContent-Length: %d\r\n%s\r\n"
                .formatted(status, body.length, headers)
                .getBytes(UTF_8);
        byte[] answer = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, answer, head.length, body.length);
        return answer;
    }
}
