package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.Stage.FEATURE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Load;
import io.latestimage.e2e.Report;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.UploadWay;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Order;

/** A new commit of a branch is rolled out under load, and no request fails. */
@Case
@Order(40)
class NewCommitTest {
    /**
     * Requests per second. It is lower than in {@code make e2e}, because a Git server, Argo CD and other releases may
     * run on the same machine.
     */
    private static final int LEAST_RATE = 25;

    private static final int WARM_UP = 500;
    private static final Duration QUIET = Duration.ofSeconds(2);

    @ProofCase("commit")
    void aCommitIsRolledOutWithoutAFailedRequest(Stage stage) throws Exception {
        stage.branches().ensure(FEATURE);
        Release release = stage.release(FEATURE);
        release.awaitRollout(60, stage.commitOf(FEATURE));
        Target edge = release.target();
        stage.developerClone().switchTo(FEATURE);
        stage.developerClone().commit("Continue the feature");
        stage.pipeline().buildAgain(FEATURE, stage.parameters().registry());

        List<Target> targets = List.of(
                new Target("ingress", edge.address(), edge.port(), edge.host()),
                new Target("again", edge.address(), edge.port(), edge.host()));
        try (Load load = new Load(targets, EnumSet.allOf(UploadWay.class), 1, System.nanoTime(), stage::say)) {
            load.start();
            // The first requests are slow, because this program and the release have just started. They are not judged.
            Await.until(
                    "the load has begun",
                    Duration.ofMinutes(1),
                    () -> load.latest().answers().size() > WARM_UP);
            load.phase("push of a commit", Expectation.NO_FAILURE);
            Await.pass(QUIET);
            stage.developerClone().push(FEATURE);
            stage.pipeline().push(FEATURE);
            stage.pipeline().announce(FEATURE);
            Duration took = release.awaitRollout(120, stage.commitOf(FEATURE));
            stage.measured("from the push of the image to the end of the rollout, under load", took);
            Await.pass(QUIET);
            Report report = load.stop(LEAST_RATE);
            report.writeTo(stage.parameters().result().resolve("load"));
            assertThat(report.problems()).as("problems that the load found").isEmpty();
            stage.findings().load(summary(report.markdown()));
        }
        release.client().uploadOwn();
        stage.keepsOwn(FEATURE);
    }

    /** The line of the report with the totals of the run, without the response times. */
    private static String summary(String markdown) {
        return markdown.lines()
                .filter(line -> line.matches("\\d+ requests, .*"))
                .map(line -> line.replaceFirst(" p50, .*", ""))
                .findFirst()
                .orElseThrow();
    }
}
