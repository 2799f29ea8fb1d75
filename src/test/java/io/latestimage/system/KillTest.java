package io.latestimage.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.Main;
import io.latestimage.control.InPlaceMain;
import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.ServiceProcess;
import io.latestimage.testing.StoredImage;
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

/** {@code kill -9} at any moment of an upload, a restart over the same folder, and a look at what is there. */
@Tag("system")
@Timeout(value = 10, unit = TimeUnit.MINUTES) // fifty starts, on a machine that may be busy
class KillTest {
    /** What a process that lives for a second only need not have. */
    private static final List<String> QUICK_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

    @TempDir
    private Path folder;

    private int leftBehind;
    private int acknowledged;
    private int replacedUnacknowledged;

    @Test
    void keepsAWholeImageWheneverItIsKilled() throws Exception {
        assertThat(killDuringUploads(Main.class, 50)).isEmpty();
        assertThat(leftBehind)
                .as("kills that left a temporary file, so that there is one to sweep")
                .isPositive();
        try (ServiceProcess _ = start(Main.class)) {
            Await.until(
                    "all temporary files are swept",
                    Duration.ofMinutes(2),
                    () -> otherFiles().isEmpty());
        }
    }

    @Test
    void negativeControlWritingInPlaceLosesTheImage() throws Exception {
        assertThat(killDuringUploads(InPlaceMain.class, 12)).isNotEmpty();
    }

    /**
     * Kills as often as told, a third each while the body is sent, while the server works on it (half of these just
     * when it replaces the image), and after its answer.
     *
     * @return what was wrong, in words
     */
    private List<String> killDuringUploads(Class<?> mainClass, int rounds) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> violations = new ArrayList<>();
        byte @Nullable [] before = null;
        long workNanos = 0;
        long temporaryBefore = 0;
        ServiceProcess service = start(mainClass);
        try {
            for (int round = 0; round < rounds; round++) {
                byte[] image = Form.png(seed + round, 100_000 + random.nextInt(1_900_000));
                byte[] request = Form.upload(image);
                double moment = round == 0 ? 2 : random.nextDouble() * 3;
                boolean answered = false;
                byte[] manifest = StoredImage.manifest(folder.resolve("data"));
                try (RawClient client = RawClient.connect(service.port())) {
                    client.send(Arrays.copyOf(request, (int) (Math.min(moment, 1) * request.length)));
                    long sent = System.nanoTime();
                    if (moment >= 2) {
                        answered = isCreated(client);
                        workNanos = Math.max(workNanos, System.nanoTime() - sent);
                    } else if (moment >= 1.5) {
                        awaitReplacement(manifest);
                    } else {
                        LockSupport.parkNanos((long) (random.nextDouble() * workNanos));
                    }
                    service.kill();
                    answered = answered || isCreated(client);
                }
                long temporary = temporaryFiles();
                leftBehind += temporary > temporaryBefore ? 1 : 0;
                temporaryBefore = temporary;
                service = start(mainClass);
                byte @Nullable [] after = image(service);
                boolean replaced = Arrays.equals(after, image);
                acknowledged += answered ? 1 : 0;
                replacedUnacknowledged += replaced && !answered ? 1 : 0;
                if (!replaced && (answered || !Arrays.equals(after, before))) {
                    violations.add(
                            "seed %d, round %d, moment %f: answered %s, found %s bytes, expected %d or, before, %s"
                                    .formatted(seed, round, moment, answered, size(after), image.length, size(before)));
                }
                before = after;
            }
        } finally {
            service.kill();
        }
        System.out.printf(
                "%s: seed %d, %d kills: %d acknowledged, %d replaced without, %d times a temporary file left, %d violations%n",
                mainClass.getSimpleName(),
                seed,
                rounds,
                acknowledged,
                replacedUnacknowledged,
                leftBehind,
                violations.size());
        return violations;
    }

    private ServiceProcess start(Class<?> mainClass) throws IOException {
        String imageDir = folder.resolve("data").toString();
        return ServiceProcess.start(mainClass, QUICK_START, Map.of("IMAGE_DIR", imageDir, "UPLOAD_TIMEOUT", "2s"));
    }

    /** Returns in the middle of the few milliseconds between the record of a publication and the answer, if it can. */
    private void awaitReplacement(byte[] before) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (Arrays.equals(StoredImage.manifest(folder.resolve("data")), before) && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** Whether 201 has come; it may lie in the receive buffer of this side when the process is gone already. */
    private static boolean isCreated(RawClient client) {
        try {
            return client.readResponse().status() == 201;
        } catch (IOException e) {
            return false;
        }
    }

    private static byte @Nullable [] image(ServiceProcess service) throws IOException {
        RawClient.Response response = RawClient.get(service.port(), "/image", "Connection: close");
        assertThat(response.status()).isIn(200, 404);
        return response.status() == 200 ? response.body() : null;
    }

    private static String size(byte @Nullable [] image) {
        return image == null ? "none" : String.valueOf(image.length);
    }

    private long temporaryFiles() throws IOException {
        return otherFiles().size();
    }

    private List<String> otherFiles() throws IOException {
        return StoredImage.others(folder.resolve("data"));
    }
}
