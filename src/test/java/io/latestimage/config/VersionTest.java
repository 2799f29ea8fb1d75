package io.latestimage.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.RawClient;
import io.latestimage.testing.TestServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionTest {
    private static final Version VERSION = new Version("1.2.3", "0123456789abcdef0123456789abcdef01234567", "релиз");

    @TempDir
    private Path folder;

    @Test
    void describesAllThatItWasBuiltOf() {
        assertThat(VERSION.describe())
                .isEqualTo("latest-image 1.2.3 (commit 0123456789abcdef0123456789abcdef01234567, branch релиз)");
    }

    @Test
    void isAProductOfCharactersThatAHeaderMayHave() {
        assertThat(VERSION.product()).isEqualTo("latest-image/1.2.3 (0123456789ab)");
        assertThat(new Version("1.2.3", "unknown", "main").product()).isEqualTo("latest-image/1.2.3 (unknown)");
    }

    @Test
    void isInEveryAnswer() throws Exception {
        try (TestServer server = TestServer.start(folder)) {
            for (String path : new String[] {"/image", "/healthz/liveness", "/nothing"}) {
                assertThat(RawClient.get(server.port(), path).header("Server"))
                        .as(path)
                        .contains(Version.current().product());
            }
        }
    }
}
