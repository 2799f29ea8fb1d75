package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.UploadWay;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Command.Completed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A user of the real curl sees the status and the text of a rejection, whatever the size of the upload, and never a
 * connection reset. curl waits for {@code 100 Continue} before uploads of 1 MiB and more, unless a header on its
 * command line changes that.
 */
@Tag("system")
class CurlTest {
    private static final Images IMAGES = new Images(1);
    private static final long LIMIT = 20 << 20;
    private static final String TOKEN = "Authorization: Bearer right";
    private static final Duration HANGS = Duration.ofSeconds(90);

    @TempDir
    private static Path folder;

    @AutoClose
    private static ServiceProcess service;

    @BeforeAll
    static void start() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "right\n");
        service = ServiceProcess.start(
                Map.of("IMAGE_DIR", folder.resolve("data").toString(), "UPLOAD_TOKEN_FILE", token.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "1000, ''", "1000, Expect:", "1000, Expect: 100-continue",
        "900000, ''", "900000, Expect:", "900000, Expect: 100-continue",
        "2000000, ''", "2000000, Expect:", "2000000, Expect: 100-continue",
        "300000000, ''", "300000000, Expect:", "300000000, Expect: 100-continue",
        "300000000, Transfer-Encoding: chunked",
    })
    void readsThatTheUploadIsTooLarge(long excess, String header) throws Exception {
        for (UploadWay way : UploadWay.values()) {
            assertRejected(upload(service.port(), way, sparse(LIMIT + excess), TOKEN, header), 413, "20971520 bytes");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1000, ''",
        "1000, Expect:",
        "900000, ''",
        "900000, Expect:",
        "2000000, ''",
        "2000000, Expect:",
        "300000000, ''",
        "300000000, Expect:",
        "300000000, Transfer-Encoding: chunked",
    })
    void readsThatTheTokenIsWrong(long size, String header) throws Exception {
        for (UploadWay way : UploadWay.values()) {
            assertRejected(
                    upload(service.port(), way, sparse(size), "Authorization: Bearer wrong", header),
                    401,
                    "token is missing or wrong");
        }
    }

    /**
     * Once the drain time is over, the service accepts no new connections. So the rejection must come on an existing
     * connection: that of a download which the same curl began before the signal. A second client, which does not read,
     * keeps the service running.
     */
    @ParameterizedTest
    @CsvSource({"1000, ''", "1000, Expect:", "15000000, ''", "15000000, Expect:"})
    void readsThatTheReplicaIsShuttingDown(long size, String header) throws Exception {
        Path data = folder.resolve("draining");
        try (ServiceProcess draining = ServiceProcess.start(Map.of("IMAGE_DIR", data.toString(), "DRAIN_TIME", "0s"));
                RawConnection other = draining.connect()) {
            draining.upload(IMAGES.next(20_000_000).bytes());
            other.socket().setReceiveBufferSize(4096);
            other.sendHead("GET", "/image");
            Path download = folder.resolve("download");
            Files.deleteIfExists(download);
            List<String> command = new ArrayList<>(List.of(
                    "curl",
                    "-sS",
                    "--limit-rate",
                    "5M",
                    "-o",
                    download.toString(),
                    "http://127.0.0.1:" + draining.port() + "/image",
                    "--next"));
            command.addAll(uploadArguments(draining.port(), UploadWay.FORM, sparse(size), header));
            Thread signal = Thread.ofVirtual().start(() -> terminateDuringDownload(draining, download));
            Completed curl = Command.of(command).within(HANGS).attempt();
            signal.join();
            assertRejected(curl, 503, "shutting down");
            assertThat(curl.all()).contains("connections 0"); // the upload used the connection of the download
            assertThat(download).hasSize(20_000_000);
        }
    }

    private static void terminateDuringDownload(ServiceProcess service, Path download) {
        try {
            Await.until("the download has begun", HANGS, () -> Files.exists(download) && Files.size(download) > 0);
            service.terminate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * On Linux, a client still gets an answer that a reset has followed, if it reads before it sends more. The answer
     * is lost if both arrive between a read of curl and its next write. That happens in one of ten uploads to a server
     * that resets, so 200 uploads are enough to see it.
     */
    @Test
    void readsTheRejectionOfEveryUpload() throws Exception {
        for (int i = 0; i < 200; i++) {
            UploadWay way = i % 2 == 0 ? UploadWay.FORM : UploadWay.PUT;
            assertRejected(upload(service.port(), way, sparse(LIMIT * 2), TOKEN, "Expect:"), 413, "20971520 bytes");
        }
    }

    /** A server answers in the middle of the body, and closes the connection without reading the rest. */
    @Test
    void negativeControlClosingAtOnceLosesAnswers() throws Exception {
        int exit = 0;
        int count = 0;
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread _ = Thread.ofVirtual().start(() -> answerAndClose(server));
            while (exit == 0 && count < 500) {
                exit = upload(server.getLocalPort(), UploadWay.FORM, sparse(LIMIT * 2), TOKEN, "Expect:")
                        .status();
                count++;
            }
        }
        System.out.printf(
                "If the server does not read the rest, curl fails with status %d at upload %d%n", exit, count);
        assertThat(exit).as("after %d uploads", count).isNotZero();
    }

    private static void answerAndClose(ServerSocket server) {
        String answer = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getInputStream().skipNBytes(3_000_000);
                socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            } catch (IOException e) {
                // The client has gone, or the test is over.
            }
        }
    }

    @Test
    void readsThatTheUploadSucceeded() throws Exception {
        Completed form = upload(service.port(), UploadWay.FORM, sparse(2_000_000), TOKEN, "");
        assertThat(form.status()).isZero();
        assertThat(form.all()).contains("status 201");
        Completed put = upload(service.port(), UploadWay.PUT, sparse(2_000_000), TOKEN, "");
        assertThat(put.status()).isZero();
        assertThat(put.all()).contains("status 204");
    }

    private static Completed upload(int port, UploadWay way, Path image, String... headers)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl"));
        command.addAll(uploadArguments(port, way, image, headers));
        return Command.of(command).within(HANGS).attempt();
    }

    private static List<String> uploadArguments(int port, UploadWay way, Path image, String... headers) {
        List<String> arguments = new ArrayList<>(List.of("-sS"));
        arguments.addAll(way == UploadWay.FORM ? List.of("-F", "image=@" + image) : List.of("-T", image.toString()));
        for (String header : headers) {
            if (!header.isEmpty()) {
                arguments.addAll(List.of("-H", header));
            }
        }
        arguments.addAll(List.of("-w", "status %{http_code} type %{content_type} connections %{num_connects}\n"));
        arguments.add("http://127.0.0.1:" + port + (way == UploadWay.FORM ? "/upload" : "/image"));
        return arguments;
    }

    private static void assertRejected(Completed curl, int status, String detail) {
        assertThat(curl.status()).as(curl.all()).isZero();
        assertThat(curl.all())
                .contains("\"status\":" + status)
                .contains(detail)
                .contains("status " + status + " type application/problem+json");
    }

    /** A sparse file that begins like a PNG, and takes hardly any space on the disk. */
    private static Path sparse(long size) throws IOException {
        Path path = folder.resolve("sparse-" + size);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(IMAGES.next(64).bytes());
            file.setLength(size);
        }
        return path;
    }
}
