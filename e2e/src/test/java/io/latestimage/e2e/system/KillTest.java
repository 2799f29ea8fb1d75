package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills the service with SIGKILL at any moment of an upload, restarts it on the same folder, and checks the image. */
@Tag("system")
@Timeout(value = 30, unit = TimeUnit.MINUTES) // fifty starts, on a machine that may be busy
class KillTest {
    /** For a process that lives only a second, a quick start matters more than speed later. */
    private static final List<String> QUICK_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

    @TempDir
    private Path folder;

    private int leftBehind;
    private int acknowledged;
    private int replacedUnacknowledged;

    @Test
    void hasAWholeImageAfterAKillAtAnyMoment() throws Exception {
        assertThat(killDuringUploads(Program.SERVICE, 50)).isEmpty();
        assertThat(leftBehind)
                .as("kills that left a temporary file; without one, the sweep below shows nothing")
                .isPositive();
        try (ServiceProcess _ = start(Program.SERVICE)) {
            Await.until(
                    "all temporary files are swept",
                    Duration.ofMinutes(2),
                    () -> volume().others().isEmpty());
        }
    }

    @Test
    void negativeControlWritingInPlaceLosesTheImage() throws Exception {
        assertThat(killDuringUploads(Program.IN_PLACE, 12)).isNotEmpty();
    }

    /**
     * Kills the process once in each round. A third of the kills come while the client sends the body, a third while
     * the server works on the upload (half of these exactly when it replaces the image), and a third after the answer.
     *
     * @return the violations, one sentence each
     */
    private List<String> killDuringUploads(Program program, int rounds) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Images images = new Images(seed);
        List<String> violations = new ArrayList<>();
        byte @Nullable [] before = null;
        long workNanos = 0;
        long temporaryBefore = 0;
        ServiceProcess service = start(program);
        try {
            for (int round = 0; round < rounds; round++) {
                byte[] image = images.next(100_000 + random.nextInt(1_900_000)).bytes();
                byte[] request = service.uploadRequest(image).bytes();
                double moment = round == 0 ? 2 : random.nextDouble() * 3;
                boolean answered = false;
                byte[] manifest = volume().manifest();
                try (RawConnection client = service.connect()) {
                    client.send(Arrays.copyOf(request, (int) (Math.min(moment, 1) * request.length)));
                    long sent = System.nanoTime();
                    if (moment >= 2) {
                        answered = isCreated(client);
                        workNanos = Math.max(workNanos, System.nanoTime() - sent);
                    } else if (moment >= 1.5) {
                        // Aims at the few milliseconds between the write of the record and the answer.
                        volume().awaitChange(manifest);
                    } else {
                        LockSupport.parkNanos((long) (random.nextDouble() * workNanos));
                    }
                    service.kill();
                    answered = answered || isCreated(client);
                }
                long temporary = volume().others().size();
                leftBehind += temporary > temporaryBefore ? 1 : 0;
                temporaryBefore = temporary;
                service = start(program);
                byte @Nullable [] after = image(service);
                boolean replaced = Arrays.equals(after, image);
                acknowledged += answered ? 1 : 0;
                replacedUnacknowledged += replaced && !answered ? 1 : 0;
                if (!replaced && (answered || !Arrays.equals(after, before))) {
                    violations.add(
                            "seed %d, round %d, moment %f: answered %s, found %s bytes, expected %d (new image) or %s (one before)"
                                    .formatted(seed, round, moment, answered, size(after), image.length, size(before)));
                }
                before = after;
            }
        } finally {
            service.kill();
        }
        System.out.printf(
                "%s: seed %d, %d kills: %d uploads acknowledged, %d published unanswered, %d left a temporary file, %d violations%n",
                program, seed, rounds, acknowledged, replacedUnacknowledged, leftBehind, violations.size());
        return violations;
    }

    private ServiceProcess start(Program program) throws IOException {
        String imageDir = folder.resolve("data").toString();
        return ServiceProcess.start(program, QUICK_START, Map.of("IMAGE_DIR", imageDir, "UPLOAD_TIMEOUT", "2s"));
    }

    /** Whether 201 was sent. It may still be in the receive buffer of this client after the process has ended. */
    private static boolean isCreated(RawConnection client) {
        try {
            return client.readReply().status() == 201;
        } catch (IOException e) {
            return false;
        }
    }

    private static byte @Nullable [] image(ServiceProcess service) throws IOException {
        Reply response = service.get("/image");
        assertThat(response.status()).isIn(200, 404);
        return response.status() == 200 ? response.body() : null;
    }

    private static String size(byte @Nullable [] image) {
        return image == null ? "none" : String.valueOf(image.length);
    }

    private VolumeFolder volume() {
        return new VolumeFolder(folder.resolve("data"));
    }
}
