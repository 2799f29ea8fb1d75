package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static io.latestimage.e2e.gitops.Stage.AFTER_OUTAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

@Case
@Order(120)
class BadTokensTest {
    private static final String STRANGER = "e2e-stranger";
    /** Within the ApplicationSet: that main is wanted by name. */
    private static final String WISH_FOR_MAIN = "/spec/generators/1";

    @ProofCase("tokens")
    void nothingIsDeletedWithATokenThatIsWrongOrMaySeeNothing(Stage stage) throws Exception {
        stage.neighbours().ensure();
        ArgoCd argo = stage.argo();
        List<String> before = argo.applications();
        String right = argo.token();
        assertThat(argo.revisionsWithout(WISH_FOR_MAIN))
                .as("control: with the right token there are branches")
                .isNotEmpty();
        try (Restoration _ = stage.restoring("the token of Argo CD", () -> argo.setToken(right))) {
            argo.setToken("0123456789012345678901234567890123456789");
            stage.lookAgain();
            argo.awaitError("invalid username, password or token");
            stage.neighbours().staysFor(() -> stage.neighbours().nothingIsLost("with a wrong token", before));
            withTheTokenOfAStranger(stage, before);
        }
        stage.findings()
                .shown("With a wrong token nothing is deleted, nor with one that may not see the repository;"
                        + " without main wanted by name that would have deleted all (the control). Afterwards a push makes a"
                        + " release again.");

        stage.branches().ensure(AFTER_OUTAGE);
        assertThat(stage.release(AFTER_OUTAGE).readiness())
                .contains("(%s)".formatted(stage.commitOf(MAIN).substring(0, 12)));
    }

    private static void withTheTokenOfAStranger(Stage stage, List<String> before) throws Exception {
        ArgoCd argo = stage.argo();
        Gitea gitea = stage.setup().gitea();
        String password = stage.parameters().gitPassword() + "-e2e";
        gitea.createUser(STRANGER, password);
        try (Restoration _ = stage.restoring("the users of the Git server", () -> gitea.deleteUser(STRANGER))) {
            argo.setToken(gitea.createToken(STRANGER, password));
            stage.lookAgain();
            argo.awaitError("map has no entry for key");
            stage.neighbours()
                    .staysFor(() -> stage.neighbours().nothingIsLost("with a token that may see nothing", before));
            assertThat(argo.revisionsWithout(WISH_FOR_MAIN))
                    .as("control: without main wanted by name there would be no Application at all")
                    .isEmpty();
        }
    }
}
