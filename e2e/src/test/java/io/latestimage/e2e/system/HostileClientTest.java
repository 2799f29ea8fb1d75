package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.Promises.assertFresh;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.UploadForm;
import io.latestimage.e2e.system.FuzzClient.Defect;
import io.latestimage.e2e.system.FuzzClient.Ending;
import io.latestimage.e2e.system.FuzzClient.Exchange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that try to cost the service more than themselves. Each loses its connection within a limit, and meanwhile
 * the service answers others. Clients that send heads slowly are in SlowClientTest of the service.
 */
@Tag("system")
class HostileClientTest {
    /** Far longer than all limits of the service in these tests. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int SIZE = 10_000;
    /** How many more platform threads the service may have: those of its pools. */
    private static final int SPARE_THREADS = 16;

    @TempDir
    private Path folder;

    private final Images images = new Images(1);
    private final List<RawConnection> hostile = new ArrayList<>();

    /**
     * A client that sends the beginning of a request at once, and then the next piece again and again.
     *
     * @param connection which the service is to end
     */
    private record Dripping(RawConnection connection, String piece) {
        /** Sends the next piece. Returns whether the service has ended the connection, or has answered. */
        boolean isDone() {
            try {
                connection.send(piece);
                return connection.input().available() > 0;
            } catch (IOException e) {
                return true;
            }
        }
    }

    @AfterEach
    void hangUp() {
        hostile.forEach(RawConnection::close);
    }

    private ServiceProcess start(String... setting) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "IMAGE_DIR", folder.resolve("data").toString(),
                "SPOOL_DIR", folder.resolve("spool").toString()));
        for (int i = 0; i < setting.length; i += 2) {
            settings.put(setting[i], setting[i + 1]);
        }
        return ServiceProcess.start(settings);
    }

    private RawConnection open(ServiceProcess service) throws IOException {
        RawConnection connection = service.connect();
        hostile.add(connection);
        return connection;
    }

    private Dripping drip(ServiceProcess service, String method, String path, List<String> headers, String... body)
            throws IOException {
        RawConnection connection = open(service);
        connection.sendHead(method, path, headers.toArray(String[]::new));
        connection.send(body[0]);
        return new Dripping(connection, body[1]);
    }

    private byte[] assertServesOthers(ServiceProcess service) throws IOException {
        byte[] image = images.next(SIZE).bytes();
        assertThat(service.upload(image).status()).isEqualTo(201);
        assertFresh(service, image);
        assertThat(service.status("/healthz/liveness")).isEqualTo(200);
        return image;
    }

    private void assertNothingIsLeft() throws Exception {
        VolumeFolder volume = new VolumeFolder(folder.resolve("data"));
        Await.until(
                "nothing but the image is on the volume",
                PATIENCE,
                () -> volume.others().isEmpty());
    }

    @Test
    void writersOfOneByteASecondAreRejectedAsTooSlow() throws Exception {
        String length = "Content-Length: 100000";
        try (ServiceProcess service = start()) {
            List<Dripping> writers = new ArrayList<>();
            for (int i = 0; i < 4; i++) { // 12 of the 16 places for uploads
                String type = "Content-Type: " + UploadForm.CONTENT_TYPE;
                writers.add(drip(service, "POST", "/upload", List.of(type, length), "-", "-"));
                writers.add(drip(service, "PUT", "/image", List.of(length), "x", "x"));
                writers.add(drip(service, "PUT", "/image", List.of("Transfer-Encoding: chunked"), "", "1\r\nx\r\n"));
            }
            List<Dripping> waiting = new ArrayList<>(writers);
            Await.atMost(PATIENCE).every(Duration.ofSeconds(1)).until("all writers are answered", () -> {
                waiting.removeIf(Dripping::isDone);
                assertServesOthers(service);
                return waiting.isEmpty();
            });
            for (Dripping writer : writers) {
                Reply reply = writer.connection().readReply();
                assertThat(reply.status()).as(reply::text).isEqualTo(408);
                assertThat(reply.header("Connection")).isEqualTo("close");
            }
            assertNothingIsLeft();
        }
    }

    /** Bytes that are no content of the body. No servlet sees them, and the clients are never idle. */
    @Test
    void bodiesThatNeverEndAreCutOff() throws Exception {
        List<String> headers = List.of("Transfer-Encoding: chunked", "Content-Type: " + UploadForm.CONTENT_TYPE);
        try (ServiceProcess service = start("UPLOAD_TIMEOUT", "5s")) {
            List<Dripping> waiting = new ArrayList<>();
            for (String path : List.of("/upload", "/nothing", "/image")) {
                String method = path.equals("/image") ? "PUT" : "POST";
                List<String> sent = path.equals("/image") ? headers.subList(0, 1) : headers;
                waiting.add(drip(service, method, path, sent, "1;extension=", "x"));
                waiting.add(drip(service, method, path, sent, "0", "0"));
                waiting.add(drip(service, method, path, sent, "0\r\nX-Trailer: ", "x"));
                waiting.add(drip(service, method, path, sent, "1\r\nx", "\n"));
            }
            List<RawConnection> ended = new ArrayList<>();
            Await.atMost(PATIENCE).every(Duration.ofMillis(200)).until("all connections are ended", () -> {
                waiting.removeIf(body -> isEnded(body, ended));
                assertServesOthers(service);
                return waiting.isEmpty();
            });
            assertThat(ended).hasSize(12);
            assertNothingIsLeft();
        }
    }

    /** Sends on, and reads what the service has answered already. Returns whether the connection is ended. */
    private static boolean isEnded(Dripping body, List<RawConnection> ended) {
        try {
            body.connection().send(body.piece());
            body.connection().input().skipNBytes(body.connection().input().available());
            return false;
        } catch (IOException e) {
            ended.add(body.connection());
            return true;
        }
    }

    @Test
    void hugeHeadsAreRejectedAndLeaveNoLineInTheLog() throws Exception {
        List<String> heads = List.of(
                "GET /image HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(1_000_000),
                "PUT /image HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n" + "X: a\r\n".repeat(50_000),
                "GET /image HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + "a".repeat(20_000) + "\r\n\r\n",
                "GET /image HTTP/1.1\r\nHost: a\r\nIf-None-Match: " + "\"a\",".repeat(10_000) + "\r\n\r\n",
                "GET /" + "a".repeat(1_000_000),
                "A".repeat(1_000_000));
        try (ServiceProcess service = start()) {
            assertServesOthers(service);
            int lines = service.log().size();
            FuzzClient client = new FuzzClient(service.target(), PATIENCE);
            for (int i = 0; i < 50; i++) {
                for (String head : heads) {
                    FuzzRequest request = new FuzzRequest(i, List.of(head.getBytes(ISO_8859_1)));
                    Exchange exchange = client.exchange(request, Ending.HALF_CLOSE);
                    assertThat(exchange.defect()).isEqualTo(Defect.NONE);
                    assertThat(exchange.statuses()).isSubsetOf(400, 414, 431); // or a reset, as the client sends on
                }
                assertServesOthers(service);
            }
            assertThat(service.log())
                    .as("a line for each request would fill a disk")
                    .hasSizeLessThan(lines + 20);
        }
    }

    /** More clients wait than may. Those that may take a connection each, and nothing else. */
    @Test
    void waitingClientsTakeNoThreadsAndThoseBeyondTheLimitAreAnsweredAtOnce() throws Exception {
        int allowed = 1_500;
        int more = 300;
        try (ServiceProcess service = start("MAX_CONNECTIONS", String.valueOf(allowed / 3 * 4))) {
            byte[] image = assertServesOthers(service);
            String tag = service.get("/image").header("ETag");
            long threads = Footprint.threadsOf(service);
            for (int i = 0; i < allowed + more; i++) {
                open(service).sendHead("GET", "/image", "Prefer: wait=50", "If-None-Match: " + tag);
            }
            List<RawConnection> waiting = new ArrayList<>(hostile);
            List<RawConnection> answered = new ArrayList<>();
            Await.until("those beyond the limit are answered", Duration.ofSeconds(40), () -> {
                moveAnswered(waiting, answered);
                return answered.size() >= more;
            });
            assertFresh(service, image);
            moveAnswered(waiting, answered);
            assertThat(answered).as("answered at once").hasSize(more);
            assertThat(Footprint.threadsOf(service)).isLessThan(threads + SPARE_THREADS);
            for (RawConnection client : answered) {
                Reply reply = client.readReply();
                assertThat(reply.status()).isEqualTo(304);
                assertThat(reply.header("Preference-Applied")).isEmpty();
            }
            byte[] other = assertServesOthers(service);
            String otherTag = service.get("/image").header("ETag");
            for (RawConnection client : waiting) {
                Reply reply = client.readReply();
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.header("ETag")).isEqualTo(otherTag);
                assertThat(reply.body()).isEqualTo(other);
            }
        }
    }

    private static void moveAnswered(List<RawConnection> waiting, List<RawConnection> answered) throws IOException {
        List<RawConnection> found = new ArrayList<>();
        for (RawConnection client : waiting) {
            if (client.input().available() > 0) {
                found.add(client);
            }
        }
        waiting.removeAll(Set.copyOf(found));
        answered.addAll(found);
    }

    /** They take no thread each, and the next image ends their connections, because there is no room for old ones. */
    @Test
    void readersThatReadNothingAreDisconnectedByTheNextImage() throws Exception {
        List<SlowReader> readers = new ArrayList<>();
        try (ServiceProcess service = start("SPOOL_SIZE", "0B")) {
            byte[] large = images.next(SlowReader.SIZE).bytes();
            assertThat(service.upload(large).status()).isEqualTo(201);
            assertFresh(service, large);
            long threads = Footprint.threadsOf(service);
            for (int i = 0; i < 40; i++) {
                readers.add(SlowReader.start(service));
            }
            assertFresh(service, large);
            assertThat(Footprint.threadsOf(service)).isLessThan(threads + SPARE_THREADS);
            assertServesOthers(service);
            assertServesOthers(service); // the image before is kept until its copy has been replaced
            for (SlowReader reader : readers) {
                assertThat(reader.readRest()).hasSizeLessThan(SlowReader.SIZE);
            }
        } finally {
            readers.forEach(SlowReader::close);
        }
    }
}
