package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.http.LimitedRequestBody.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limits of a body, with a clock that the test controls. {@link UploadPaceTest} tests them with slow clients. */
class LimitedRequestBodyTest {
    private static final Duration NO_TIME = Duration.ZERO;
    private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 100, 1000);

    @Test
    void returnsTheBytesOfTheBody() throws Exception {
        byte[] bytes = {0, 1, (byte) 0xff, 3};
        LimitedRequestBody body = new LimitedRequestBody(() -> new ByteArrayInputStream(bytes), LIMITS, () -> 0);
        assertThat(body.read()).isZero();
        assertThat(body.read()).isEqualTo(1);
        assertThat(body.read()).isEqualTo(0xff);
        assertThat(body.readAllBytes()).containsExactly(3);
        assertThat(body.read()).isEqualTo(-1);
    }

    @Test
    void opensTheBodyOnceAndNotBeforeTheFirstRead() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        BodySource source = () -> {
            opened.incrementAndGet();
            return InputStream.nullInputStream();
        };
        LimitedRequestBody body = new LimitedRequestBody(source, LIMITS, () -> 0);
        assertThat(opened).hasValue(0);
        assertThat(body.read()).isEqualTo(-1);
        assertThat(body.read()).isEqualTo(-1);
        assertThat(opened).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"1000, true", "1001, false"})
    void limitsTheSize(int size, boolean allowed) throws Exception {
        FakeBody fake = new FakeBody(size, 10, NO_TIME);
        assertReads(allowed, Problem.CONTENT_TOO_LARGE, fake, body(fake, LIMITS));
        assertThat(fake.bytesRead()).isEqualTo(size);
    }

    /** It counts from the arrival, so that the wait for a place is part of it. */
    @ParameterizedTest
    @CsvSource({"50, true", "51, false"})
    void limitsTheTimeSinceTheRequestArrived(int waited, boolean allowed) throws Exception {
        FakeBody fake = new FakeBody(1000, 100, Duration.ofSeconds(1)); // 10 reads of 1 s
        LimitedRequestBody body = body(fake, LIMITS);
        fake.pass(Duration.ofSeconds(waited));
        assertReads(allowed, Problem.REQUEST_TIMEOUT, fake, body);
    }

    /** It counts from the first read on, whatever happened before. */
    @ParameterizedTest
    @CsvSource({"100, 0, true", "99, 0, false", "100, 30, true", "99, 30, false", "1, 0, false"})
    void limitsTheRate(int bytesPerSecond, int waited, boolean allowed) throws Exception {
        FakeBody fake = new FakeBody(1000, bytesPerSecond, Duration.ofSeconds(1));
        LimitedRequestBody body = body(fake, LIMITS);
        fake.pass(Duration.ofSeconds(waited));
        assertReads(allowed, Problem.REQUEST_TIMEOUT, fake, body);
        if (!allowed) { // in the first read after the grace period
            assertThat(fake.bytesRead()).isEqualTo((LimitedRequestBody.RATE_GRACE.toSeconds() + 1) * bytesPerSecond);
        }
    }

    @Test
    void requiresNoRateAtTheBeginning() throws Exception {
        FakeBody fake = new FakeBody(5, 1, Duration.ofSeconds(1));
        assertReads(true, Problem.REQUEST_TIMEOUT, fake, body(fake, LIMITS));
    }

    /** The server ends a read after its idle timeout. The exception, or one of its causes, says so. */
    @Test
    void saysThatTheServerWaitedTooLong() {
        for (IOException timeout : new IOException[] {
            new SocketTimeoutException(), new IOException(new TimeoutException()),
        }) {
            FakeBody fake = new FakeBody(5, 5, NO_TIME).failingWith(timeout);
            LimitedRequestBody body = body(fake, LIMITS);
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            assertThat(body.failure()).contains(Problem.REQUEST_TIMEOUT);
        }
    }

    @Test
    void namesNoLimitForAnyOtherFailure() {
        IOException cut = new IOException("cut short");
        LimitedRequestBody body = body(new FakeBody(5, 5, NO_TIME).failingWith(cut), LIMITS);
        assertThatThrownBy(body::readAllBytes).isSameAs(cut);
        assertThat(body.failure()).isEmpty();
    }

    private static LimitedRequestBody body(FakeBody fake, Limits limits) {
        return new LimitedRequestBody(() -> fake, limits, fake);
    }

    private static void assertReads(boolean allowed, Problem problem, FakeBody fake, LimitedRequestBody body)
            throws IOException {
        if (allowed) {
            assertThat(body.readAllBytes()).hasSize((int) fake.bytesRead());
            assertThat(body.failure()).isEmpty();
        } else {
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            assertThat(body.failure()).contains(problem);
        }
    }
}
