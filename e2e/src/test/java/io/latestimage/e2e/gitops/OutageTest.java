package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Order;

/** While the Git server is down, no release is deleted. */
@Case
@Order(100)
class OutageTest {
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(5);

    @ProofCase("outage")
    void nothingIsDeletedWhileTheGitServerIsDown(Stage stage) throws Exception {
        Optional<Command> server = stage.parameters().gitServer().map(command -> command.in(stage.project()));
        if (server.isEmpty()) {
            stage.say("LEFT OUT: outage of the Git server (GIT_SERVER=none)");
            stage.findings().shown("LEFT OUT (GIT_SERVER=none): outage of the Git server.");
            return;
        }
        stage.neighbours().ensure();
        Duration time = stage.parameters().form().seconds(30, 120);
        List<String> before = stage.argo().applications();
        long begun = System.nanoTime();
        try (Restoration _ = stage.restoring(
                "the Git server", () -> server.get().and("start").run())) {
            server.get().and("stop").run();
            stage.refreshBranches();
            stage.argo().awaitError("refused");
            do {
                Await.pass(BETWEEN_CHECKS);
                stage.refreshBranches();
                stage.neighbours().nothingIsLost("without the Git server", before);
            } while (System.nanoTime() - begun < time.toNanos());
        }
        stage.refreshBranches();
        stage.argo().awaitNoError();
        stage.neighbours().nothingIsLost("with the Git server again", before);
        stage.findings().shown("The Git server was down for %d s: no release was deleted.".formatted(time.toSeconds()));
    }
}
