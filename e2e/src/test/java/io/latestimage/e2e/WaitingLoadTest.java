package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.FakeServer.Then;
import io.latestimage.e2e.Images.Image;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that wait for another image: what the load makes of the answers to them. */
class WaitingLoadTest {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final String HONOURED = "Preference-Applied: wait=1\r\n";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Images images = new Images(1);
    private final Image image = images.next(5_000);
    private final Image next = images.next(5_000);
    private final FakeServer server = new FakeServer();
    private final Exchange exchange = new Exchange(server.target(), Style.WAITING, images);

    WaitingLoadTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        exchange.close();
        server.close();
    }

    @Test
    void acceptsAnotherImage() {
        server.answer(found(next, next.bytes(), HONOURED), Then.KEEP);
        Answer answer = exchange.downloadNext(image.version(), WAIT);
        assertThat(answer.outcome()).isEqualTo(Outcome.DONE);
        assertThat(answer.version()).isEqualTo(next.version());
        assertThat(answer.earliest()).isEqualTo(answer.start());
    }

    @Test
    void acceptsThatNothingHasChangedUntilTheTimeWasOver() throws Exception {
        FutureTask<Answer> waiting = new FutureTask<>(() -> exchange.downloadNext(image.version(), WAIT));
        Thread.ofVirtual().start(waiting);
        Await.pass(WAIT.plusMillis(100));
        server.answer(unchanged(image, HONOURED), Then.KEEP);
        Answer answer = waiting.get();
        assertThat(answer.outcome()).isEqualTo(Outcome.DONE);
        assertThat(answer.version()).isEqualTo(image.version());
        assertThat(Duration.ofNanos(answer.earliest() - answer.start())).isEqualTo(Duration.ofMillis(500));
    }

    /** A service that does not support waiting, or that drains: nothing had changed at some moment. */
    @Test
    void acceptsThatNothingHasChangedAtSomeMoment() throws Exception {
        FutureTask<Answer> waiting = new FutureTask<>(() -> exchange.downloadNext(image.version(), WAIT));
        Thread.ofVirtual().start(waiting);
        Await.pass(WAIT.plusMillis(100));
        server.answer(unchanged(image, "Connection: close\r\n"), Then.CLOSE);
        Answer answer = waiting.get();
        assertThat(answer.outcome()).isEqualTo(Outcome.DONE);
        assertThat(answer.earliest()).isEqualTo(answer.start());
    }

    @Test
    void claimsNothingAboutALaterMomentThanThatOfTheAnswer() {
        server.answer(unchanged(image, HONOURED), Then.KEEP);
        Answer answer = exchange.downloadNext(image.version(), WAIT);
        assertThat(answer.earliest()).isBetween(answer.start(), answer.known());
    }

    @Test
    void keepsTheConnectionAfterAnAnswerWithoutABody() {
        server.answer(unchanged(image, HONOURED), Then.KEEP);
        server.answer(found(next, next.bytes(), ""), Then.CLOSE);
        assertThat(exchange.downloadNext(image.version(), WAIT).outcome()).isEqualTo(Outcome.DONE);
        assertThat(exchange.downloadNext(image.version(), WAIT).outcome()).isEqualTo(Outcome.DONE);
        Answer closed = exchange.downloadNext(image.version(), WAIT);
        assertThat(closed.outcome()).isIn(Outcome.CLOSED, Outcome.RESET);
        assertThat(closed.detail()).contains("connection used before");
    }

    @Test
    void seesThatTheServiceMeansAnotherImage() {
        server.answer(unchanged(next, HONOURED), Then.KEEP);
        assertThat(exchange.downloadNext(image.version(), WAIT).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void seesTheImageThatTheClientHasAlready() {
        server.answer(found(image, image.bytes(), HONOURED), Then.KEEP);
        assertThat(exchange.downloadNext(image.version(), WAIT).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void seesOneWrongByte() {
        byte[] wrong = next.bytes().clone();
        wrong[4_321] ^= 1;
        server.answer(found(next, wrong, HONOURED), Then.KEEP);
        assertThat(exchange.downloadNext(image.version(), WAIT).outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void seesA304ToAClientThatDidNotAskForIt() {
        server.answer(unchanged(image, ""), Then.KEEP);
        assertThat(exchange.download().outcome()).isEqualTo(Outcome.STATUS);
    }

    @Test
    void seesThatNothingIsCertain() {
        String mark = "Cache-Status: latest-image; fwd=stale; detail=storage-unavailable\r\n";
        server.answer(unchanged(image, HONOURED + mark), Then.KEEP);
        assertThat(exchange.downloadNext(image.version(), WAIT).outcome()).isEqualTo(Outcome.STALE);
    }

    /** The wait lasted until 1000. The image was replaced at 25, which the service did not notice. */
    @Test
    void seesAReplacementThatWasMissedDuringAWait() {
        Answer first = upload("a", 0);
        Answer second = upload("b", 20);
        assertThat(Result.violation(List.of(first, second, waited("a", 10, 1000))))
                .isPresent();
        assertThat(Result.violation(List.of(first, second, waited("a", 10, 10))))
                .isEmpty();
        assertThat(Result.violation(List.of(first, second, waited("b", 30, 1000))))
                .isEmpty();
        assertThat(PowerLossHistory.of(List.of(first, second, waited("a", 10, 1000)), 5000, 5001)
                        .violation())
                .isPresent();
        assertThat(PowerLossHistory.of(List.of(first, second, waited("a", 10, 10)), 5000, 5001)
                        .violation())
                .isEmpty();
    }

    private static Answer upload(String version, long start) {
        return new Answer(
                Operation.UPLOAD, Style.FRESH, "t", start, start + 5, start + 5, version, 201, Outcome.DONE, "");
    }

    private static Answer waited(String version, long start, long earliest) {
        return new Answer(
                Operation.DOWNLOAD, Style.WAITING, "t", start, 1001, 1001, version, 304, Outcome.DONE, "", earliest);
    }

    /** It answers at once, and the client has a tenth of a second on average between two requests, at least half. */
    @Test
    void doesNotHurryAServiceThatDoesNotSupportWaiting() throws Exception {
        Queue<Answer> answers = new ConcurrentLinkedQueue<>();
        CountDownLatch end = new CountDownLatch(1);
        try (OneImageServer simple = new OneImageServer();
                Exchange uploader = new Exchange(simple.target(), Style.FRESH, images)) {
            assertThat(uploader.upload(image).outcome()).isEqualTo(Outcome.DONE);
            Client client = new Client(
                    simple.target(),
                    images,
                    Operation.DOWNLOAD,
                    Style.WAITING,
                    UploadWay.FORM,
                    Duration.ofMillis(100),
                    new SplittableRandom(1),
                    () -> false,
                    answers::add,
                    end);
            long begun = System.nanoTime();
            Thread thread = Thread.ofVirtual().start(client);
            Await.until("20 answers", LIMIT, () -> answers.size() >= 20);
            long nanos = System.nanoTime() - begun;
            assertThat(Duration.ofNanos(nanos)).isGreaterThan(Duration.ofMillis(50 * 19));
            end.countDown();
            thread.join();
        }
        List<Answer> all = List.copyOf(answers);
        assertThat(all).allMatch(answer -> answer.outcome() == Outcome.DONE);
        assertThat(all.getFirst().status()).isEqualTo(200);
        assertThat(all.subList(1, all.size())).allMatch(answer -> answer.status() == 304);
        assertThat(all).allMatch(answer -> answer.version().equals(image.version()));
    }

    private static byte[] found(Image image, byte[] body, String headers) {
        byte[] head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nETag: \"%s\"\r\n%s\r\n"
                .formatted(body.length, image.version(), headers)
                .getBytes(UTF_8);
        byte[] answer = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, answer, head.length, body.length);
        return answer;
    }

    private static byte[] unchanged(Image image, String headers) {
        return "HTTP/1.1 304 Not Modified\r\nETag: \"%s\"\r\n%s\r\n"
                .formatted(image.version(), headers)
                .getBytes(UTF_8);
    }
}
