package io.latestimage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More connections than are served at once. */
class ConnectionCapTest {
    private static final int MAX = 4;

    @TempDir
    private Path folder;

    @AutoClose
    private ServerWithImage server;

    private final List<RawClient> idle = new ArrayList<>();

    @BeforeEach
    void takeAll() throws Exception {
        server = ServerWithImage.start(folder, "MAX_CONNECTIONS", String.valueOf(MAX));
        for (int i = 0; i < MAX; i++) {
            idle.add(RawClient.connect(server.port()));
            assertThat(getImage(idle.getLast()).status()).isEqualTo(200);
        }
    }

    @AfterEach
    void close() throws Exception {
        for (RawClient client : idle) {
            client.close();
        }
    }

    private static Response getImage(RawClient client) throws Exception {
        client.send(RawClient.head("GET", "/image"));
        return client.readResponse();
    }

    @Test
    void answersOneTooManyAndGoesOnServingTheOthers() throws Exception {
        try (RawClient tooMany = RawClient.connect(server.port())) {
            Response response = getImage(tooMany);
            ServerWithImage.assertProblem(503, response);
            assertThat(response.text()).contains("Too many connections");
            assertThat(response.headers())
                    .containsEntry("Retry-After", "1")
                    .containsEntry("Connection", "close")
                    .containsKey("Server");
            assertThat(tooMany.isEnded()).isTrue();
        }
        for (RawClient client : idle) {
            Response response = getImage(client);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("Connection")).isEmpty();
        }
    }

    /** The answer reaches a client that sends all of its upload before it reads. */
    @Test
    void answersAnUploadTooMany() throws Exception {
        byte[] upload = Form.upload(Form.png(1, 900_000));
        ServerWithImage.assertProblem(503, RawClient.exchange(server.port(), upload));
        assertThat(getImage(idle.getFirst()).body()).isEqualTo(ServerWithImage.IMAGE);
    }

    /** Or kubelet would restart the process, and end all transfers. */
    @ParameterizedTest
    @ValueSource(strings = {"/healthz/liveness", "/healthz/readiness"})
    void answersHealthChecksAllTheSame(String path) throws Exception {
        assertThat(RawClient.get(server.port(), path).status()).isEqualTo(200);
    }

    /** A connection that was too many when it was made is served like all others once there is room. */
    @Test
    void servesAgainWhenOthersHaveGone() throws Exception {
        try (RawClient waiting = RawClient.connect(server.port())) {
            assertThat(liveness(waiting)).isEqualTo(200);
            idle.removeFirst().close();
            // Asked all the time, so that it is not closed for being idle.
            Await.until(
                    "that there is room",
                    () -> liveness(waiting) == 200 && server.server().connections() == MAX);
            for (int i = 0; i < 3; i++) {
                assertThat(getImage(waiting).status()).isEqualTo(200);
            }
            ServerWithImage.assertProblem(503, RawClient.get(server.port(), "/image"));
        }
        Await.until("that there is room again", () -> server.server().connections() < MAX);
        assertThat(RawClient.get(server.port(), "/image").status()).isEqualTo(200);
    }

    private static int liveness(RawClient client) throws Exception {
        client.send(RawClient.head("GET", "/healthz/liveness"));
        return client.readResponse().status();
    }

    /** One that says nothing does not keep its descriptor for long; one that is served does. */
    @Test
    void endsOneTooManyThatSaysNothing() throws Exception {
        try (RawClient silent = RawClient.connect(server.port())) {
            assertThat(silent.isEnded()).isTrue();
        }
        assertThat(getImage(idle.getFirst()).status()).isEqualTo(200);
    }

    /** Beyond those that are answered, none is accepted until others are gone; and then they are. */
    @Test
    void answersAllOfManyMoreOneAfterTheOther() throws Exception {
        List<RawClient> many = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * ConnectionCap.SPARE; i++) {
                many.add(RawClient.connect(server.port()));
                many.getLast().send(RawClient.head("GET", "/image"));
            }
            int[] statuses = new int[many.size()];
            for (int i = 0; i < statuses.length; i++) {
                statuses[i] = many.get(i).readResponse().status();
            }
            assertThat(Arrays.stream(statuses)).containsOnly(503);
        } finally {
            for (RawClient client : many) {
                client.close();
            }
        }
    }
}
