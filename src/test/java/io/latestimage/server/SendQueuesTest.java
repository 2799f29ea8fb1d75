package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.TestServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a client has not received is on its way, whoever has done with it. */
@EnabledOnOs(OS.LINUX)
class SendQueuesTest {
    private static final int SIZE = 60_000;

    @TempDir
    private Path folder;

    @Test
    void areNotEmptyUntilTheClientHasReceivedAll() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket()) {
            int port = server.getLocalPort();
            client.setReceiveBufferSize(4096);
            client.connect(server.getLocalSocketAddress());
            assertThat(SendQueues.areEmpty(port)).isTrue();
            try (Socket accepted = server.accept()) {
                accepted.getOutputStream().write(new byte[SIZE]);
            }
            assertThat(SendQueues.areEmpty(port)).isFalse();
            client.getInputStream().readNBytes(SIZE);
            Await.until("all is received", Duration.ofSeconds(30), () -> SendQueues.areEmpty(port));
        }
    }

    @Test
    void theServerEndsOnlyWhenTheyAre() throws Exception {
        try (TestServer server = TestServer.start(folder);
                Socket client = new Socket()) {
            byte[] image = Form.png(1, SIZE);
            assertThat(RawClient.exchange(server.port(), Form.upload(image)).status())
                    .isEqualTo(201);
            int port = server.port();
            client.setReceiveBufferSize(4096);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            client.getOutputStream()
                    .write(RawClient.head("GET", "/image").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            Await.until("an answer waits", Duration.ofSeconds(30), () -> !SendQueues.areEmpty(port));
            Thread stop = Thread.ofPlatform().start(server::stop);
            assertThat(stop.join(Duration.ofMillis(500))).isFalse();
            assertThat(client.getInputStream().readAllBytes()).endsWith(image);
            assertThat(stop.join(Duration.ofSeconds(60))).isTrue();
        }
    }
}
