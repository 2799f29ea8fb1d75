package io.latestimage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourcePortsTest {
    private static final int COUNT = 60_720;

    @Test
    void usesEveryPortOnceBeforeItUsesOneAgain() {
        SourcePorts ports = new SourcePorts(COUNT - 10);
        int[] round = IntStream.range(0, COUNT).map(_ -> ports.next()).toArray();
        assertThat(IntStream.of(round).distinct()).hasSize(COUNT);
        assertThat(IntStream.of(round))
                .allMatch(port -> port >= 2_048 && port <= 65_535)
                .noneMatch(port -> port >= 30_000 && port <= 32_767);
        assertThat(ports.next()).isEqualTo(round[0]);
    }

    @Test
    void skipsAPortThatIsInUse() throws Exception {
        try (Socket first = new Socket();
                Socket second = new Socket()) {
            new SourcePorts(5).bind(first);
            new SourcePorts(5).bind(second);
            assertThat(second.getLocalPort()).isPositive().isNotEqualTo(first.getLocalPort());
        }
    }
}
