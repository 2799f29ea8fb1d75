package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The limits of the lingering close, with a clock that the test controls. */
class LingeringCloseTest {
    private static final int MIB = 1024 * 1024;
    private static final int BUFFER = 16 * 1024;

    @Test
    void readsToTheEndOfTheBody() {
        FakeBody body = new FakeBody(100 * MIB, BUFFER, Duration.ZERO);
        new LingeringClose(body).readOn(() -> body);
        assertThat(body.bytesRead()).isEqualTo(100 * MIB);
    }

    @Test
    void endsAfterItsTime() {
        FakeBody body = new FakeBody(Long.MAX_VALUE, 1, Duration.ofSeconds(1));
        new LingeringClose(body).readOn(() -> body);
        assertThat(body.bytesRead()).isEqualTo(LingeringClose.MAX_TIME.toSeconds());
    }

    @Test
    void endsAfterItsSize() {
        FakeBody body = new FakeBody(Long.MAX_VALUE, BUFFER, Duration.ZERO);
        new LingeringClose(body).readOn(() -> body);
        assertThat(body.bytesRead()).isEqualTo(LingeringClose.MAX_SIZE);
    }

    /** The response has already been sent, so a broken connection is not a failure of the request. */
    @Test
    void endsWhenTheConnectionBreaks() {
        FakeBody body = new FakeBody(10, 1, Duration.ZERO).failingWith(new IOException("reset"));
        new LingeringClose(body).readOn(() -> body);
        assertThat(body.bytesRead()).isEqualTo(10);
    }

    @Test
    void endsWhenTheBodyCannotBeOpened() {
        FakeBody body = new FakeBody(10, 1, Duration.ZERO);
        new LingeringClose(body).readOn(() -> {
            throw new IOException("reset");
        });
        assertThat(body.bytesRead()).isZero();
    }
}
