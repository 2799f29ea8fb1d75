package io.latestimage.testing;

import io.latestimage.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    public static final Pattern STARTED = Pattern.compile("listens on port (\\d+)");

    private final Process process;
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private final Pattern started;

    private ServiceProcess(Process process, Pattern started) {
        this.process = process;
        this.started = started;
        Thread.ofVirtual().start(this::readLog);
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param mainClass {@link Main}, or a variant of it that a test makes worse on purpose
     * @param jvmOptions such as -Xmx48m
     * @param environment the settings; APP_PORT is 0 unless given
     */
    public static ServiceProcess start(Class<?> mainClass, List<String> jvmOptions, Map<String, String> environment)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), mainClass.getName()));
        return run(command, environment, STARTED);
    }

    /**
     * Starts the service in whatever way, or a server that it is deployed to, and waits until it listens.
     *
     * @param started finds the line of its log that tells the port
     */
    public static ServiceProcess run(List<String> command, Map<String, String> environment, Pattern started)
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

    public int port() {
        return port.join();
    }

    public Process process() {
        return process;
    }

    /** What it has printed so far, a line each. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** SIGTERM. Through the handle, as the process itself would close its output, and the log would end here. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL, and waits until it is gone. */
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
