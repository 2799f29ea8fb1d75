package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Exchange;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.Operation;
import io.latestimage.e2e.Outcome;
import io.latestimage.e2e.RegisterHistory;
import io.latestimage.e2e.Result;
import io.latestimage.e2e.Style;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.UploadWay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three replicas that share a folder behave like one register: a read that begins after a write has ended returns that
 * value or a later one, on every replica. Each value is a different image, which the client recognizes by its hash.
 */
@Tag("system")
@Timeout(value = 30, unit = TimeUnit.MINUTES) // a slow machine takes longer for enough operations
class LinearizabilityTest {
    private static final int REPLICAS = 3;
    private static final int READERS = 8;
    private static final int WRITERS = 3;
    /** A run takes longer if a slow machine has not completed this many. */
    private static final int MIN_OPERATIONS = 1_000;
    /** So long that the service never reports an outage only because the test machine is slow for a moment. */
    private static final String STORAGE_TIMEOUT = "30s";

    private static final int NOT_FOUND = 404;

    @TempDir
    private Path folder;

    private final Images images = new Images(7);
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

    @Test
    void readersOfAllReplicasSeeTheLatestImage() throws Exception {
        run(Program.SERVICE, Duration.ofSeconds(20));
        assertThat(failures()).isEmpty();
        assertThat(violation(answers)).isEmpty();
        assertThat(answers)
                .anyMatch(answer -> answer.operation() == Operation.UPLOAD && answer.outcome() == Outcome.DONE);
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .as("one image, and the manifest that names it")
                    .satisfiesExactly(
                            name -> assertThat(name).startsWith("image-"),
                            name -> assertThat(name).isEqualTo("latest"));
        }
    }

    @Test
    void negativeControlWithoutRevalidationReadersSeeOldImages() throws Exception {
        run(Program.UNCHECKED, Duration.ofSeconds(8));
        assertThat(failures()).isEmpty();
        assertThat(violation(answers)).isPresent();
    }

    private void run(Program program, Duration duration) throws Exception {
        List<ServiceProcess> replicas = new ArrayList<>();
        try {
            for (int i = 0; i < REPLICAS; i++) {
                Map<String, String> settings =
                        Map.of("IMAGE_DIR", folder.resolve("data").toString(), "STORAGE_TIMEOUT", STORAGE_TIMEOUT);
                replicas.add(ServiceProcess.start(program, List.of("-Xmx128m"), settings));
            }
            List<Target> targets = replicas.stream().map(ServiceProcess::target).toList();
            long end = System.nanoTime() + duration.toNanos();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < READERS + WRITERS; i++) {
                    int seed = i;
                    UploadWay way = seed % 2 == 0 ? UploadWay.FORM : UploadWay.PUT;
                    clients.execute(() -> runClient(targets, way, seed < WRITERS, new SplittableRandom(seed), end));
                }
            }
        } finally {
            replicas.forEach(ServiceProcess::close);
        }
    }

    /** Each client has a connection to each replica, and sends each request to a random one. */
    private void runClient(List<Target> targets, UploadWay way, boolean writer, SplittableRandom random, long end) {
        List<Exchange> exchanges = targets.stream()
                .map(target -> new Exchange(target, Style.KEEP_ALIVE, way, images))
                .toList();
        while (System.nanoTime() - end < 0 || answers.size() < MIN_OPERATIONS) {
            Exchange exchange = exchanges.get(random.nextInt(REPLICAS));
            // Only three sizes: mixed-up images of different sizes would be too easy to detect.
            answers.add(writer ? exchange.upload(images.next(10_000 << random.nextInt(3))) : exchange.download());
        }
        exchanges.forEach(Exchange::close);
    }

    private List<String> failures() {
        return answers.stream()
                .filter(answer -> answer.outcome() != Outcome.DONE && !isOfTheStart(answer))
                .map(Answer::describe)
                .toList();
    }

    private static boolean isOfTheStart(Answer answer) {
        return answer.operation() == Operation.DOWNLOAD && answer.status() == NOT_FOUND;
    }

    private static java.util.Optional<String> violation(Iterable<Answer> answers) {
        RegisterHistory history = Result.history(answers);
        answers.forEach(answer -> {
            if (isOfTheStart(answer)) {
                history.read(RegisterHistory.INITIAL, answer.start(), answer.known());
            }
        });
        return history.violation();
    }
}
