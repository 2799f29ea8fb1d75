package io.latestimage.e2e.system;

import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.UploadForm;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The service in a process of its own, as users run it, for what must be killed, starved or signalled. */
public final class ServiceProcess implements AutoCloseable {
    /** What the service prints once it listens; the group is the port. */
    static final Pattern STARTED = Pattern.compile("listens on port (\\d+)");

    private final Process process;
    private final Pattern started;
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private ServiceProcess(Process process, Pattern started) {
        this.process = process;
        this.started = started;
        Thread.ofVirtual().start(this::readLog);
    }

    /**
     * Starts a program and waits until it listens.
     *
     * @param jvmOptions such as -Xmx48m
     * @param environment the settings; APP_PORT is 0 unless given
     */
    public static ServiceProcess start(Program program, List<String> jvmOptions, Map<String, String> environment)
            throws IOException {
        return run(program.command(jvmOptions), environment, STARTED);
    }

    /** Starts the service with these settings and waits until it listens. */
    static ServiceProcess start(Map<String, String> environment) throws IOException {
        return start(Program.SERVICE, List.of(), environment);
    }

    /**
     * Starts the service in any way, or a server that it is deployed to, and waits until it listens.
     *
     * @param started finds the line of its log that has the port
     */
    static ServiceProcess run(List<String> command, Map<String, String> environment, Pattern started)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("APP_PORT", "0");
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        ServiceProcess service = new ServiceProcess(builder.start(), started);
        try {
            service.port.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            service.close();
            throw new IOException("the service did not start: " + service.log(), e);
        }
        return service;
    }

    int port() {
        return port.join();
    }

    /** Where to send requests. */
    public Target target() {
        return new Target("process on port " + port(), "127.0.0.1", port(), "localhost");
    }

    Process process() {
        return process;
    }

    /** Connects. */
    RawConnection connect() throws IOException {
        return RawConnection.to(target());
    }

    /** Asks for this path on a connection of its own. */
    Reply get(String path) throws IOException {
        return SingleRequest.get(target(), path).send();
    }

    /** The status of the answer for this path. */
    int status(String path) throws IOException {
        return get(path).status();
    }

    /** Uploads an image on a connection of its own. */
    Reply upload(byte[] image) throws IOException {
        return uploadRequest(image).send();
    }

    /** The request that uploads an image. */
    SingleRequest uploadRequest(byte[] image) {
        return SingleRequest.get(target(), "/upload")
                .sending("POST", UploadForm.of(image))
                .with("Content-Type", UploadForm.CONTENT_TYPE);
    }

    /** What it has printed so far, a line each. */
    List<String> log() {
        return List.copyOf(log);
    }

    /** SIGTERM. Through the handle, as the process itself would close its output, and the log would end here. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private void readLog() {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                log.add(line);
                Matcher matcher = started.matcher(line);
                if (matcher.find()) {
                    port.complete(Integer.valueOf(matcher.group(1)));
                }
            }
        } catch (IOException e) {
            log.add("(the log ends: " + e + ")");
        }
        port.completeExceptionally(new IOException("the service ended"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
