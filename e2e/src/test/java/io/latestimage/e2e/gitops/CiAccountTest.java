package io.latestimage.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

/**
 * CI's account can refresh the ApplicationSet with an annotation, and change nothing else of it. Nor can it delete pods
 * in production, read Secrets of Argo CD, change Applications, or create pods.
 */
@Case
@Order(140)
class CiAccountTest {
    private static final List<String> FORBIDDEN_PATCHES = List.of("""
            {"spec": {"template": {"spec": {"project": "default"}}}}""", """
            {"metadata": {"annotations": {"argocd.argoproj.io/application-set-refresh": "true", "x": "y"}}}""");

    private static final List<String> FORBIDDEN_ACTIONS = List.of(
            "delete pods --namespace production",
            "get secrets --namespace argocd",
            "patch applications --namespace argocd",
            "create pods --namespace test");

    @ProofCase("ci-account")
    void ciCanSetOneAnnotationAndChangeNothingElse(Stage stage) throws Exception {
        Pipeline pipeline = stage.pipeline();
        for (String patch : FORBIDDEN_PATCHES) {
            Command.Completed attempt = pipeline.asCi("kubectl", "--namespace", "argocd")
                    .and("patch", "applicationset", ArgoCd.SET, "--type", "merge", "--patch", patch)
                    .attempt();
            assertThat(attempt.succeeded())
                    .as("CI can change the ApplicationSet with the patch %s", patch)
                    .isFalse();
            assertThat(attempt.all()).as("reason for the refusal").contains("and change nothing else");
        }
        stage.refreshBranches();
        for (String action : FORBIDDEN_ACTIONS) {
            Command.Completed answer = pipeline.asCi("kubectl", "auth", "can-i")
                    .and(action.split(" "))
                    .attempt();
            assertThat(answer.output().strip()).as("whether CI can %s", action).isEqualTo("no");
        }
        stage.findings()
                .shown("CI's account can refresh the ApplicationSet with its annotation, and change nothing else"
                        + " of it. It cannot delete pods in production, read Secrets of Argo CD, change"
                        + " Applications, or create pods.");
    }
}
