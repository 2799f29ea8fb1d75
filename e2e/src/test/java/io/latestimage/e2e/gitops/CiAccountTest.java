package io.latestimage.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

@Case
@Order(140)
class CiAccountTest {
    private static final List<String> PATCHES = List.of("""
            {"spec": {"template": {"spec": {"project": "default"}}}}""", """
            {"metadata": {"annotations": {"argocd.argoproj.io/application-set-refresh": "true", "x": "y"}}}""");

    private static final List<String> RIGHTS = List.of(
            "delete pods --namespace production",
            "get secrets --namespace argocd",
            "patch applications --namespace argocd",
            "create pods --namespace test");

    @ProofCase("ci-account")
    void ciCanSetOneAnnotationAndChangeNothingElse(Stage stage) throws Exception {
        Pipeline pipeline = stage.pipeline();
        for (String patch : PATCHES) {
            Command.Completed attempt = pipeline.asCi("kubectl", "--namespace", "argocd")
                    .and("patch", "applicationset", ArgoCd.SET, "--type", "merge", "--patch", patch)
                    .attempt();
            assertThat(attempt.succeeded())
                    .as("CI may change the ApplicationSet: %s", patch)
                    .isFalse();
            assertThat(attempt.all()).as("why not").contains("and change nothing else");
        }
        stage.lookAgain();
        for (String right : RIGHTS) {
            Command.Completed answer = pipeline.asCi("kubectl", "auth", "can-i")
                    .and(right.split(" "))
                    .attempt();
            assertThat(answer.output().strip()).as("whether CI can %s", right).isEqualTo("no");
        }
        stage.findings().shown("The account of CI can set the one annotation, and change nothing else.");
    }
}
