package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.Stage.FEATURE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.Load;
import io.latestimage.e2e.Report;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;

@Case
@Order(40)
class NewCommitTest {
    /** Fewer than in {@code make e2e}: here a Git server, Argo CD and other releases may share the machine. */
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
        stage.developerClone().commit("Go on with it");
        stage.pipeline().buildAgain(FEATURE, stage.parameters().registry());

        List<Target> targets = List.of(
                new Target("ingress", edge.address(), edge.port(), edge.host()),
                new Target("again", edge.address(), edge.port(), edge.host()));
        try (Load load = new Load(targets, 1, System.nanoTime(), stage::say)) {
            load.start();
            // The first requests are as slow as a program that has just started, here and there.
            Await.until(
                    "the load is running",
                    Duration.ofMinutes(1),
                    () -> load.latest().answers().size() > WARM_UP);
            load.phase("push of a commit", Expectation.NO_FAILURE);
            Await.pass(QUIET);
            stage.developerClone().push(FEATURE);
            stage.pipeline().push(FEATURE);
            stage.pipeline().announce(FEATURE);
            Duration took = release.awaitRollout(120, stage.commitOf(FEATURE));
            stage.measured("from the image in the registry to a release that is rolled out, under load", took);
            Await.pass(QUIET);
            Report report = load.stop(LEAST_RATE);
            report.writeTo(stage.parameters().result().resolve("load"));
            assertThat(report.problems()).as("what the load saw").isEmpty();
            stage.findings().load(summary(report.markdown()));
        }
        release.client().uploadOwn();
        stage.keepsOwn(FEATURE);
    }

    /** The line of the report that has the numbers of the whole run. */
    private static String summary(String markdown) {
        return markdown.lines()
                .filter(line -> line.matches("\\d+ requests, .*"))
                .map(line -> line.replaceFirst(" p50, .*", ""))
                .findFirst()
                .orElseThrow();
    }
}
