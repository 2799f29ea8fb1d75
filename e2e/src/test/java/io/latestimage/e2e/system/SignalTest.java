package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signal reaches the service while it starts, and many clients connect at once while the process is stopped. */
@Tag("system")
class SignalTest {
    private static final int TRIES = 4;
    private static final int CLIENTS = 300;
    /** Neither Linux nor the load generator uses source ports of this range. */
    private static final int FIRST_PORT = 30_000;

    private static final int LAST_PORT = 32_767;

    @TempDir
    private Path folder;

    /** A client can connect as soon as the port is bound. Each client that has connected gets an answer. */
    @Test
    void answersClientsThatConnectedBeforeASignalDuringTheStart() throws Exception {
        for (int i = 0; i < TRIES; i++) {
            int port = freePort();
            Process process = start(port, "2s");
            try (RawConnection client = connectAtOnce(process, port)) {
                process.toHandle().destroy();
                client.sendHead("GET", "/healthz/liveness");
                assertThat(client.readReply().status()).isEqualTo(200);
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /**
     * The process is stopped, so it accepts no connection. Meanwhile the system completes as many as the backlog holds.
     */
    @Test
    void letsManyClientsConnectAtOnce() throws Exception {
        int port = freePort();
        Process process = start(port, "0s");
        List<RawConnection> clients = new ArrayList<>();
        try (RawConnection first = connectAtOnce(process, port)) {
            first.sendHead("GET", "/healthz/liveness");
            assertThat(first.readReply().status()).isEqualTo(200);
            signal(process, "STOP");
            for (int i = 0; i < CLIENTS; i++) {
                // While the process is stopped, no connection beyond the backlog succeeds.
                clients.add(RawConnection.to(target(port)));
            }
            signal(process, "CONT");
            for (RawConnection client : clients) {
                client.sendHead("GET", "/healthz/liveness", "Connection: close");
                assertThat(client.readReply().status()).isEqualTo(200);
                assertThat(client.input().read())
                        .as("the end of the connection")
                        .isNegative();
            }
        } finally {
            clients.forEach(RawConnection::close);
            process.destroyForcibly();
        }
    }

    private Process start(int port, String drainTime) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Program.SERVICE.command(List.of()));
        builder.environment().put("APP_PORT", String.valueOf(port));
        builder.environment().put("IMAGE_DIR", folder.resolve("data").toString());
        builder.environment().put("DRAIN_TIME", drainTime);
        return builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private static void signal(Process process, String name) throws Exception {
        Command.of("kill", "-" + name, String.valueOf(process.pid())).run();
    }

    private static Target target(int port) {
        return new Target("process on port " + port, "127.0.0.1", port, "localhost");
    }

    /**
     * A free port that no client uses as its source port. From the usual range, a client that retries could be assigned
     * the very port that it connects to, and so take it from the service.
     */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (BindException e) {
                // Another process uses this port.
            }
        }
    }

    /** Retries until the port is bound, so that the connection comes as early as possible. */
    private static RawConnection connectAtOnce(Process process, int port) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try {
                return RawConnection.to(target(port));
            } catch (ConnectException e) {
                if (!process.isAlive() || System.nanoTime() - end > 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
