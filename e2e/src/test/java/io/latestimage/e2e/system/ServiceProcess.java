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

/** The service as a separate process, as users run it. Tests can kill it, signal it and limit its resources. */
public final class ServiceProcess implements AutoCloseable {
    /** Finds the line that the service logs when it listens. The group is the port. */
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
     * @param environment the settings; the default of APP_PORT is 0, so the system chooses a port
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
     * Runs a command that starts the service, or a server to which the service is deployed, and waits until it listens.
     *
     * @param started finds the log line that names the port, which is its first group
     * @throws IOException if the process does not listen within 60 s; the message has its log
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

    /** The port on which the process listens. */
    public int port() {
        return port.join();
    }

    /** The address for requests. */
    public Target target() {
        return new Target("process on port " + port(), "127.0.0.1", port(), "localhost");
    }

    /** The process itself. */
    public Process process() {
        return process;
    }

    /** Opens a connection. The caller closes it. */
    RawConnection connect() throws IOException {
        return RawConnection.to(target());
    }

    /** Sends a GET request for a path on a new connection. */
    Reply get(String path) throws IOException {
        return SingleRequest.get(target(), path).send();
    }

    /** The status of the answer to a GET request for a path. */
    int status(String path) throws IOException {
        return get(path).status();
    }

    /** Uploads an image on a new connection. */
    Reply upload(byte[] image) throws IOException {
        return uploadRequest(image).send();
    }

    /** The request that uploads an image. */
    SingleRequest uploadRequest(byte[] image) {
        return SingleRequest.get(target(), "/upload")
                .sending("POST", UploadForm.of(image))
                .with("Content-Type", UploadForm.CONTENT_TYPE);
    }

    /** The lines that the process has printed so far. */
    List<String> log() {
        return List.copyOf(log);
    }

    /**
     * Sends SIGTERM. Uses the handle, because {@link Process#destroy} also closes the output, which would end the log.
     */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Sends SIGKILL, and waits until the process has ended. */
    public void kill() throws InterruptedException {
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
