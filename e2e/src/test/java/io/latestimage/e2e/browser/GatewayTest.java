package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.OneImageServer;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.UploadForm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The gateway of the browser tests does what they rely on. This needs no browser. */
class GatewayTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @AutoClose
    private final OneImageServer server = new OneImageServer();

    private final Images images = new Images(1);

    GatewayTest() throws IOException {}

    @Test
    void forwardsWhatIsBelowThePrefix() throws IOException {
        byte[] image = images.next(300_000).bytes();
        try (Gateway gateway = new Gateway("/some/where/", server.target())) {
            assertThat(upload(gateway, image).send().status()).isEqualTo(201);
            Reply reply =
                    SingleRequest.get(target(gateway), "/some/where/image").send();
            assertThat(reply.body()).isEqualTo(image);
            assertThat(SingleRequest.get(target(gateway), "/image").send().status())
                    .isEqualTo(404);
            assertThat(gateway.exchanges())
                    .extracting(exchange -> exchange.method() + " " + exchange.path())
                    .containsExactly("POST /some/where/upload", "GET /some/where/image", "GET /image");
            assertThat(gateway.exchanges().getFirst().isAnswered(201)).isTrue();
        }
    }

    @Test
    void triesTheNextReplicaIfOneRefusesTheConnection() throws IOException {
        Target gone;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = Target.parse("gone=127.0.0.1:" + closed.getLocalPort());
        }
        try (Gateway gateway = new Gateway("/", gone, server.target())) {
            assertThat(SingleRequest.get(target(gateway), "/image").send().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void holdsAnUploadUntilItIsReleased() throws Exception {
        byte[] image = images.next(10_000_000).bytes();
        try (Gateway gateway = new Gateway("/", server.target());
                RawConnection client = RawConnection.to(target(gateway))) {
            gateway.holdUploads();
            Thread sender = Thread.ofVirtual().start(() -> sendQuietly(client, upload(gateway, image)));
            Await.until(
                    "the upload has begun", PATIENCE, () -> !gateway.exchanges().isEmpty());
            // The sender blocks as soon as the buffers are full, because nobody reads what it sends.
            assertThat(gateway.exchanges().getFirst().answer()).isNotDone();
            assertThat(SingleRequest.get(server.target(), "/image").send().body())
                    .isEmpty();
            gateway.releaseUploads();
            assertThat(client.readReply().status()).isEqualTo(201);
            sender.join();
        }
    }

    @Test
    void answersInPlaceOfTheReplicas() throws IOException {
        try (Gateway gateway = new Gateway("/", server.target())) {
            gateway.answerAll("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
            assertThat(SingleRequest.get(target(gateway), "/image").send().status())
                    .isEqualTo(401);
            gateway.forwardAll();
            assertThat(SingleRequest.get(target(gateway), "/image").send().status())
                    .isEqualTo(200);
        }
    }

    private static void sendQuietly(RawConnection client, SingleRequest request) {
        try {
            client.send(request.bytes());
        } catch (IOException e) {
            throw new AssertionError("the gateway does not take the request", e);
        }
    }

    private static SingleRequest upload(Gateway gateway, byte[] image) {
        String path = URI.create(gateway.address()).getPath() + "upload";
        return SingleRequest.get(target(gateway), path)
                .sending("POST", UploadForm.of(image))
                .with("Content-Type", UploadForm.CONTENT_TYPE);
    }

    private static Target target(Gateway gateway) {
        return Target.parse("gateway=127.0.0.1:" + URI.create(gateway.address()).getPort());
    }
}
