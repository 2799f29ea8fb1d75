package io.latestimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.Main;
import io.latestimage.testing.RawClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the system does to the process at an awkward moment: signals at the start, many clients at once. */
@Tag("system")
class SignalTest {
    private static final int TRIES = 4;
    private static final int CLIENTS = 300;
    private static final int PATIENCE_MILLIS = 10_000;

    @TempDir
    private Path folder;

    /** As soon as the port is bound, there may be a client, and whoever has connected is answered. */
    @Test
    void answersThoseWhoConnectedBeforeASignalAtTheStart() throws Exception {
        for (int i = 0; i < TRIES; i++) {
            int port = freePort();
            Process process = start(port, "2s");
            try (RawClient client = connectAtOnce(process, port)) {
                process.toHandle().destroy();
                client.send(RawClient.head("GET", "/healthz/liveness"));
                assertThat(client.readResponse().status()).isEqualTo(200);
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /**
     * While the process does not accept: it is stopped. The system completes as many connections as the backlog holds.
     */
    @Test
    void letsManyClientsConnectAtOnce() throws Exception {
        int port = freePort();
        Process process = start(port, "0s");
        List<Socket> sockets = new ArrayList<>();
        try (RawClient first = connectAtOnce(process, port)) {
            first.send(RawClient.head("GET", "/healthz/liveness"));
            assertThat(first.readResponse().status()).isEqualTo(200);
            signal(process, "STOP");
            for (int i = 0; i < CLIENTS; i++) {
                Socket socket = new Socket();
                sockets.add(socket);
                // Beyond the backlog nobody is let in while the process is stopped, however long they wait.
                socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            }
            signal(process, "CONT");
            for (Socket socket : sockets) {
                socket.getOutputStream()
                        .write(RawClient.head("GET", "/healthz/liveness", "Connection: close")
                                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                assertThat(new String(
                                socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .startsWith("HTTP/1.1 200 ");
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
            process.destroyForcibly();
        }
    }

    private Process start(int port, String drainTime) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path", ""),
                Main.class.getName());
        builder.environment().put("APP_PORT", String.valueOf(port));
        builder.environment().put("IMAGE_DIR", folder.resolve("data").toString());
        builder.environment().put("DRAIN_TIME", drainTime);
        return builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** In the very moment in which the port is bound. */
    private static RawClient connectAtOnce(Process process, int port) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                return RawClient.connect(port);
            } catch (ConnectException e) {
                if (!process.isAlive() || System.nanoTime() - end > 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
