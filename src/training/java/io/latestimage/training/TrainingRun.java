package io.latestimage.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Starts the service as the container image does, sends it all requests of {@link TrainingRequests} and drains it.
 * Fails if a response or the exit status is not as expected. A check also fails if the service logs a warning. A
 * training does not, because the JVM warns about everything that it leaves out of the cache.
 *
 * <pre>
 *   java TrainingRun train java -XX:AOTCacheOutput=FILE             @ARGUMENTS    creates the AOT cache
 *   java TrainingRun check java -XX:AOTCache=FILE -XX:AOTMode=on    @ARGUMENTS    checks that the service can use it
 * </pre>
 *
 * <p>It needs only the module {@code java.base}, and the settings IMAGE_DIR and SPOOL_DIR. It does not test the
 * service: its checks only make sure that the training was complete. See
 * {@code docs/decisions/0100-container-image-and-aot-cache.md}.
 */
public final class TrainingRun {
    private static final Pattern STARTED = Pattern.compile("listens on port (\\d+)");
    private static final Pattern DRAINS = Pattern.compile("Draining for");
    private static final long START_SECONDS = 60;
    private static final long END_SECONDS = 120;

    private final Process service;
    private final List<String> log = new ArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Void> drains = new CompletableFuture<>();

    private TrainingRun(Process service) {
        this.service = service;
    }

    /**
     * Runs a command and sends the requests to it.
     *
     * @param arguments {@code train} or {@code check}, and the command
     */
    public static void main(String[] arguments) throws Exception {
        boolean check = arguments[0].equals("check");
        List<String> command = List.of(arguments).subList(1, arguments.length);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // MAX_CONNECTIONS: a build may have no more than 1024 files open.
        builder.environment().putAll(Map.of("APP_PORT", "0", "DRAIN_TIME", "3s", "MAX_CONNECTIONS", "100"));
        new TrainingRun(builder.start()).run(check);
    }

    private void run(boolean check) throws Exception {
        Thread reader = Thread.ofPlatform().start(this::readLog);
        try {
            TrainingClient client = new TrainingClient(port.get(START_SECONDS, TimeUnit.SECONDS));
            new TrainingRequests(client).sendAll();
            drain(client, drains);
            if (!service.waitFor(END_SECONDS, TimeUnit.SECONDS) || service.exitValue() != 0) {
                throw new IllegalStateException("the service did not shut down in order: " + service);
            }
            reader.join();
            List<String> warnings = log.stream()
                    .filter(line -> line.matches("(?s).*(?i:warn|error|exception).*"))
                    .toList();
            if (check && !warnings.isEmpty()) {
                throw new IllegalStateException("warnings: " + warnings);
            }
            System.out.println(
                    client.sent() + " requests had the expected responses, and the service shut down in order");
        } finally {
            service.destroyForcibly().waitFor();
            reader.join();
            log.forEach(System.out::println);
        }
    }

    private void readLog() {
        try (BufferedReader lines = service.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                Matcher started = STARTED.matcher(line);
                if (started.find()) {
                    port.complete(Integer.valueOf(started.group(1)));
                } else if (DRAINS.matcher(line).find()) {
                    drains.complete(null);
                }
            }
        } catch (IOException e) {
            log.add("(the log ends: " + e + ")");
        }
        IOException ended = new IOException("the service ended");
        port.completeExceptionally(ended);
        drains.completeExceptionally(ended);
    }

    /** Checks that a connection that is open when the signal arrives gets a response with {@code Connection: close}. */
    private void drain(TrainingClient client, Future<Void> drainsNow) throws Exception {
        try (Socket socket = client.connect()) {
            String get = TrainingClient.keepAliveHead("GET", "/healthz/readiness");
            client.expectOn(socket, 200, get);
            service.toHandle().destroy(); // SIGTERM; Process.destroy would also close its output
            drainsNow.get(START_SECONDS, TimeUnit.SECONDS);
            TrainingResponse last = client.expectOn(socket, 503, get);
            if (!last.header("Connection").equals("close")) {
                throw new IllegalStateException("the last response does not have Connection: close: " + last);
            }
        }
        client.expect(200, TrainingClient.head("GET", "/image"));
    }
}
