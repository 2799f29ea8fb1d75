package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.TestServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmokeTest {
    @TempDir
    private Path folder;

    @Test
    void returnsWhatWasUploaded() throws Exception {
        byte[] image = Form.png(1, 1000);
        try (TestServer server = TestServer.start(folder)) {
            assertThat(RawClient.exchange(server.port(), Form.upload(image)).status())
                    .isEqualTo(201);
            assertThat(RawClient.get(server.port(), "/image").body()).isEqualTo(image);
            assertThat(server.otherFiles()).isEmpty();
            assertThat(server.storedImage()).isEqualTo(image);
        }
    }
}
