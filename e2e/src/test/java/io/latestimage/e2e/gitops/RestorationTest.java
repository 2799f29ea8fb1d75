package io.latestimage.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RestorationTest {
    @Test
    void restoresOnce() {
        AtomicInteger count = new AtomicInteger();
        Restoration restoration = new Restoration("it", count::incrementAndGet);
        assertThat(count).hasValue(0);

        restoration.close();
        restoration.close();

        assertThat(count).hasValue(1);
    }

    @Test
    void namesWhatCouldNotBeRestored() {
        Restoration restoration = new Restoration("the Git server", () -> {
            throw new IOException("no such command");
        });

        assertThatThrownBy(restoration::close)
                .hasMessage("the Git server could not be restored")
                .hasRootCauseMessage("no such command");
    }
}
