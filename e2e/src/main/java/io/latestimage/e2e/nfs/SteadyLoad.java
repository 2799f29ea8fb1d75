package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Await;
import io.latestimage.e2e.Exchange;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Form;
import io.latestimage.e2e.Operation;
import io.latestimage.e2e.Outcome;
import io.latestimage.e2e.Style;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Uploads, steps of the counter and downloads through all replicas, on a quiet network and with slow packets: no
 * request fails, none is stale, and nothing is lost.
 *
 * @param options of the mount
 */
record SteadyLoad(Form form, String options) implements Scenario {
    private static final Duration LONGEST_PUBLICATION = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "steady load, " + options;
    }

    @Override
    public void run(Stage stage, Findings findings) throws Exception {
        stage.deploy(options);
        warmUp(stage, findings);
        load(stage, findings, Traffic.Writing.UPLOADS, Stage.UPLOADS, "uploads");
        List<Answer> steps = load(stage, findings, Traffic.Writing.STEPS, Stage.UPLOADS, "counter");
        checkLongest(findings, steps);
        stage.slowClients(Stage.SLOW_PACKETS);
        try {
            if (form == Form.LONG) {
                load(stage, findings, Traffic.Writing.UPLOADS, Stage.SLOW_UPLOADS, "uploads, 40 ms per packet");
            }
            load(stage, findings, Traffic.Writing.STEPS, Stage.SLOW_UPLOADS, "counter, 40 ms per packet");
        } finally {
            stage.slowClients(Duration.ZERO);
        }
    }

    /** What is compiled and loaded with the first requests is not what publications wait for. */
    private static void warmUp(Stage stage, Findings findings) throws Exception {
        Traffic traffic = stage.traffic(Traffic.Writing.UPLOADS, Stage.UPLOADS);
        try (traffic) {
            stage.awaitNormal(traffic);
        }
        findings.judge("warming up", Expectation.NO_FAILURE, traffic.answers());
    }

    private List<Answer> load(Stage stage, Findings findings, Traffic.Writing writing, Duration interval, String phase)
            throws Exception {
        stage.say(name() + ": " + phase);
        Traffic traffic = stage.traffic(writing, interval);
        try (traffic) {
            Await.pass(form.seconds(10, 30));
            stage.awaitNormal(traffic);
        }
        findings.judge(phase, Expectation.NO_FAILURE, traffic.answers());
        findings.checkHistory(traffic.answers());
        if (writing == Traffic.Writing.STEPS) {
            checkCounter(stage, findings, traffic);
        }
        return traffic.answers();
    }

    /** Whether every acknowledged step is in the image that there is now, on every replica. */
    static void checkCounter(Stage stage, Findings findings, Traffic traffic) {
        for (Replica replica : stage.replicas()) {
            try (Exchange exchange = new Exchange(replica.target(), Style.FRESH, stage.images())) {
                Answer last = exchange.download();
                Optional<String> problem = last.outcome() == Outcome.DONE
                        ? traffic.counter().problem(last.version())
                        : Optional.of("the last image cannot be had: " + last.describe());
                findings.check(
                        "the counter is exact on replica " + replica.name(),
                        problem,
                        traffic.counter().summary(last.version()));
            }
        }
    }

    /** Of small images: how long an emulated processor takes for a large one is no wait for the lock. */
    private static void checkLongest(Findings findings, List<Answer> steps) {
        long longest = steps.stream()
                .filter(answer -> answer.operation() == Operation.UPLOAD)
                .mapToLong(answer -> answer.end() - answer.start())
                .max()
                .orElse(Long.MAX_VALUE);
        findings.check(
                "no publication waits more than 2 s",
                longest <= LONGEST_PUBLICATION.toNanos(),
                "the longest upload took %d ms".formatted(longest / 1_000_000));
    }
}
