package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.http.LimitedRequestBody.Limits;
import io.latestimage.testing.Form;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of raw images, without a socket. {@link PutTest} and others send them to a server. */
class RawImageTest {
    private static final byte[] IMAGE = Form.png(1, 200_000);
    private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 0, 1_000_000);

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final List<Integer> sizes = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {-1, 200_000})
    void passesTheImageOn(long declared) throws Exception {
        read(new LimitedRequestBody(() -> new ByteArrayInputStream(IMAGE), LIMITS, () -> 0), declared);
        assertThat(received.toByteArray()).isEqualTo(IMAGE);
    }

    /** The store recognises the format by the first bytes, however few of them arrive at a time. */
    @Test
    void passesTheFirstBytesOnTogether() throws Exception {
        FakeBody slow = new FakeBody(100_000, 1, Duration.ZERO);
        read(new LimitedRequestBody(() -> slow, LIMITS, slow), -1);
        assertThat(sizes).containsExactly(ImageSink.BUFFER_SIZE, 100_000 - ImageSink.BUFFER_SIZE);
    }

    /** A container may report the end of a connection like that of a body. A raw image has no end of its own. */
    @ParameterizedTest
    @CsvSource({"199999", "200001", "0"})
    void rejectsABodyOfAnotherLengthThanDeclared(long declared) {
        LimitedRequestBody body = new LimitedRequestBody(() -> new ByteArrayInputStream(IMAGE), LIMITS, () -> 0);
        assertRejects(Problem.MALFORMED_BODY, body, declared);
    }

    @Test
    void rejectsABodyThatIsCutShort() {
        FakeBody fake = new FakeBody(1000, 100, Duration.ZERO).failingWith(new IOException("cut short"));
        assertRejects(Problem.MALFORMED_BODY, new LimitedRequestBody(() -> fake, LIMITS, fake), -1);
        assertThat(received.size()).isZero();
    }

    @Test
    void saysWhichLimitTheBodyExceeds() {
        FakeBody large = new FakeBody(2_000_000, 65_536, Duration.ZERO);
        assertRejects(Problem.CONTENT_TOO_LARGE, new LimitedRequestBody(() -> large, LIMITS, large), -1);
        FakeBody slow = new FakeBody(1000, 1, Duration.ofSeconds(1));
        assertRejects(Problem.REQUEST_TIMEOUT, new LimitedRequestBody(() -> slow, LIMITS, slow), 1000);
    }

    private void read(LimitedRequestBody body, long declared) throws Exception {
        RawImage.read(
                body,
                declared,
                bytes -> {
                    sizes.add(bytes.remaining());
                    byte[] taken = new byte[bytes.remaining()];
                    bytes.get(taken);
                    received.writeBytes(taken);
                },
                999);
    }

    private void assertRejects(Problem problem, LimitedRequestBody body, long declared) {
        assertThatThrownBy(() -> read(body, declared))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }
}
