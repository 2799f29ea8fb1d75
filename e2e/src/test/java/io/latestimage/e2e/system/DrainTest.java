package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.UploadForm;
import io.latestimage.e2e.system.ClientLoad.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service gets SIGTERM under load. A load balancer removes the replica during the drain time, in which readiness is
 * 503. Until the drain time is over, no request may fail. An upload that takes longer than the drain still succeeds.
 */
@Tag("system")
class DrainTest {
    private static final Images IMAGES = new Images(1);
    private static final Duration DRAIN_TIME = Duration.ofSeconds(3);
    private static final int SLOW_UPLOAD_STEPS = 40;
    private static final Duration SLOW_UPLOAD_STEP = Duration.ofMillis(250);

    @TempDir
    private Path folder;

    @Test
    void failsNoRequestWhileItDrains() throws Exception {
        Outcome outcome = terminateUnderLoad(Program.SERVICE);
        assertThat(outcome.violations).isEmpty();
        assertThat(outcome.closingAnswers)
                .as("answers with Connection: close while draining")
                .isPositive();
    }

    @Test
    void negativeControlStoppingJettyWithoutADrainFailsRequests() throws Exception {
        assertThat(terminateUnderLoad(Program.PLAIN_STOP).violations)
                .anyMatch(violation -> violation.startsWith("failed within the drain time"))
                .anyMatch(violation -> violation.startsWith("the slow upload"));
    }

    private record Outcome(List<String> violations, long closingAnswers) {}

    private Outcome terminateUnderLoad(Program program) throws Exception {
        List<String> violations = new ArrayList<>();
        try (ServiceProcess service = ServiceProcess.start(
                        program,
                        List.of(),
                        Map.of(
                                "IMAGE_DIR",
                                folder.resolve("data").toString(),
                                "DRAIN_TIME",
                                DRAIN_TIME.toSeconds() + "s"));
                ClientLoad load = new ClientLoad(service.target())) {
            service.upload(IMAGES.next(5_000).bytes());
            load.addKeepAlive(16);
            load.addNewConnection(16);
            Await.until(
                    "the load has sent 1,000 requests",
                    Duration.ofSeconds(60),
                    () -> load.samples().size() > 1_000);
            byte[] slowImage = IMAGES.next(400_000).bytes();
            AtomicInteger steps = new AtomicInteger();
            CompletableFuture<String> slowUpload = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> slowUpload.complete(uploadSlowly(service, slowImage, steps)));
            Await.until("the slow upload has begun", Duration.ofSeconds(60), () -> steps.get() > 4);

            service.terminate();
            long lastReady = 0;
            boolean ready = true;
            while (ready) {
                long start = System.nanoTime();
                ready = isReady(service);
                lastReady = ready || lastReady == 0 ? start : lastReady;
            }
            long notReady = System.nanoTime();

            // Readiness changed to 503 at lastReady or later, so no request may fail before this time:
            long drained = lastReady + DRAIN_TIME.toNanos();
            String slowAnswer = slowUpload.get(120, TimeUnit.SECONDS);
            if (!slowAnswer.equals("201")) {
                violations.add("the slow upload: " + slowAnswer);
            }
            if (!service.process().waitFor(120, TimeUnit.SECONDS)
                    || service.process().exitValue() != 0) {
                violations.add("the process did not exit with 0: " + service.process());
            }
            load.end();
            violations.addAll(violations(load.samples(), notReady, drained));
            if (!Arrays.equals(new VolumeFolder(folder.resolve("data")).image(), slowImage)) {
                violations.add("the image is not that of the slow upload, which was the last one");
            }
            new VolumeFolder(folder.resolve("data"))
                    .others()
                    .forEach(file -> violations.add("a file was left on the volume: " + file));
            List<Sample> closing = load.samples().stream()
                    .filter(sample -> sample.start() > notReady && sample.closes())
                    .toList();
            System.out.printf(
                    "%s: %d requests, %d of them while draining, %d violations%n",
                    program, load.samples().size(), closing.size(), violations.size());
            return new Outcome(violations, closing.size());
        }
    }

    private static List<String> violations(List<Sample> samples, long notReady, long drained) {
        List<String> violations = new ArrayList<>();
        for (Sample sample : samples) {
            if (sample.failure() != null && sample.end() - drained < 0) {
                violations.add("failed within the drain time, %d ms before its end: %s"
                        .formatted(TimeUnit.NANOSECONDS.toMillis(drained - sample.end()), sample.failure()));
            } else if (sample.failure() == null && sample.start() - notReady > 0 && !sample.closes()) {
                violations.add("answered without Connection: close");
            }
        }
        return violations;
    }

    private static boolean isReady(ServiceProcess service) {
        try {
            return service.status("/healthz/readiness") == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes 10 s, most of it after the signal. Returns the status, or the exception as text. */
    private static String uploadSlowly(ServiceProcess service, byte[] image, AtomicInteger steps) {
        byte[] body = UploadForm.of(image);
        String length = "Content-Length: " + body.length;
        try (RawConnection client = service.connect()) {
            client.sendHead("POST", "/upload", "Content-Type: " + UploadForm.CONTENT_TYPE, length);
            int step = body.length / SLOW_UPLOAD_STEPS + 1;
            for (int at = 0; at < body.length; at += step) {
                client.send(Arrays.copyOfRange(body, at, Math.min(body.length, at + step)));
                steps.incrementAndGet();
                LockSupport.parkNanos(SLOW_UPLOAD_STEP.toNanos());
            }
            return String.valueOf(client.readReply().status());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
