package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Form;
import io.latestimage.e2e.Operation;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/**
 * Clients upload, increment the counter and download through all replicas, on a fast network and on a slow one. No
 * request fails, no download is stale, and no acknowledged upload is lost.
 */
@NfsProof(mountsItself = true)
@Order(10)
class SteadyLoadTest {

    private static final String NO_LOOKUP_CACHE = "hard,nfsvers=4.1,lookupcache=none";
    private static final String LONG_ATTRIBUTE_CACHE = "hard,nfsvers=4.1,actimeo=60";
    private static final String VERSION_4_2 = "hard,nfsvers=4.2";

    @Order(1)
    @ProofCase("load-default")
    @DisplayName("steady load, " + Stage.DEFAULT_OPTIONS)
    void defaultOptions(Stage stage, Findings findings) throws Exception {
        steadyLoad(stage, findings, Stage.DEFAULT_OPTIONS);
    }

    @Order(2)
    @ProofCase(value = "load-lookupcache-none", longOnly = true)
    @DisplayName("steady load, " + NO_LOOKUP_CACHE)
    void withoutLookupCache(Stage stage, Findings findings) throws Exception {
        steadyLoad(stage, findings, NO_LOOKUP_CACHE);
    }

    @Order(3)
    @ProofCase(value = "load-actimeo", longOnly = true)
    @DisplayName("steady load, " + LONG_ATTRIBUTE_CACHE)
    void attributesCachedForAMinute(Stage stage, Findings findings) throws Exception {
        steadyLoad(stage, findings, LONG_ATTRIBUTE_CACHE);
    }

    @Order(4)
    @ProofCase(value = "load-nfs-4.2", longOnly = true)
    @DisplayName("steady load, " + VERSION_4_2)
    void version42(Stage stage, Findings findings) throws Exception {
        steadyLoad(stage, findings, VERSION_4_2);
    }

    private static void steadyLoad(Stage stage, Findings findings, String options) throws Exception {
        stage.deploy(options);
        warmUp(stage, findings);
        load(stage, findings, Traffic.Writing.UPLOADS, Stage.UPLOADS, "uploads");
        List<Answer> steps = load(stage, findings, Traffic.Writing.STEPS, Stage.UPLOADS, "counter");
        checkLongest(stage.form(), findings, steps);
        stage.slowClients(Stage.SLOW_PACKETS);
        try {
            if (stage.form() == Form.LONG) {
                load(stage, findings, Traffic.Writing.UPLOADS, Stage.SLOW_UPLOADS, "uploads, 40 ms per packet");
            }
            load(stage, findings, Traffic.Writing.STEPS, Stage.SLOW_UPLOADS, "counter, 40 ms per packet");
        } finally {
            stage.slowClients(Duration.ZERO);
        }
    }

    /** Loads and compiles the code of the replicas first, so that this does not count as waiting for the lock. */
    private static void warmUp(Stage stage, Findings findings) throws Exception {
        Traffic traffic = stage.traffic(Traffic.Writing.UPLOADS, Stage.UPLOADS);
        try (traffic) {
            stage.awaitNormal(traffic);
        }
        findings.judge("warming up", Expectation.NO_FAILURE, traffic.answers());
    }

    private static List<Answer> load(
            Stage stage, Findings findings, Traffic.Writing writing, Duration interval, String phase) throws Exception {
        stage.say(phase);
        Traffic traffic = stage.traffic(writing, interval);
        try (traffic) {
            Await.pass(stage.form().seconds(10, 30));
            stage.awaitNormal(traffic);
            stage.checkDelegations(findings);
        }
        findings.judge(phase, Expectation.NO_FAILURE, traffic.answers());
        findings.checkHistory(traffic.answers());
        if (writing == Traffic.Writing.STEPS) {
            traffic.checkCounter(findings);
        }
        return traffic.answers();
    }

    /**
     * Judges the steps only, whose images are small: an emulated processor takes long for a large one without any lock.
     * The promise is 2 s, on a quiet machine, which the long form needs. The short form may run on a busy one; it still
     * finds a blocking lock, whose wait is longer than 20 s.
     */
    private static void checkLongest(Form form, Findings findings, List<Answer> steps) {
        Duration limit = form.seconds(18, 2);
        long longest = steps.stream()
                .filter(answer -> answer.operation() == Operation.UPLOAD)
                .mapToLong(answer -> answer.end() - answer.start())
                .max()
                .orElse(Long.MAX_VALUE);
        findings.check(
                "no publication waits more than %d s".formatted(limit.toSeconds()),
                longest <= limit.toNanos(),
                "the longest upload took %d ms".formatted(longest / 1_000_000));
    }
}
