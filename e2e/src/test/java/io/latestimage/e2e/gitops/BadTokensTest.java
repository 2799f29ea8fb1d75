package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static io.latestimage.e2e.gitops.Stage.AFTER_OUTAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

/** While Argo CD has a wrong token, or the token of a user who may not see the repository, no release is deleted. */
@Case
@Order(120)
class BadTokensTest {
    private static final String STRANGER = "e2e-stranger";
    /** The path of the part of the ApplicationSet that requires main by name. */
    private static final String REQUIRED_MAIN = "/spec/generators/1";

    @ProofCase("tokens")
    void nothingIsDeletedWithAWrongTokenOrOneWithoutAccess(Stage stage) throws Exception {
        stage.neighbours().ensure();
        ArgoCd argo = stage.argo();
        List<String> before = argo.applications();
        String right = argo.token();
        assertThat(argo.revisionsWithout(REQUIRED_MAIN))
                .as("control: commits that the generators find with the right token if main is not required")
                .isNotEmpty();
        try (Restoration _ = stage.restoring("the token of Argo CD", () -> argo.setToken(right))) {
            argo.setToken("0123456789012345678901234567890123456789");
            stage.refreshBranches();
            argo.awaitError("invalid username, password or token");
            stage.neighbours().staysFor(() -> stage.neighbours().nothingIsLost("with a wrong token", before));
            nothingIsDeletedWithoutAccess(stage, before);
        }
        stage.findings()
                .shown("With a wrong token, no release is deleted. With the token of a user who may not see the"
                        + " repository, none is deleted either. If main were not required by name, that token"
                        + " would delete all of them (control). With the right token again, a push creates a release.");

        stage.branches().ensure(AFTER_OUTAGE);
        assertThat(stage.release(AFTER_OUTAGE).readiness())
                .contains("(%s)".formatted(stage.commitOf(MAIN).substring(0, 12)));
    }

    private static void nothingIsDeletedWithoutAccess(Stage stage, List<String> before) throws Exception {
        ArgoCd argo = stage.argo();
        Gitea gitea = stage.setup().gitea();
        String password = stage.parameters().gitPassword() + "-e2e";
        gitea.createUser(STRANGER, password);
        try (Restoration _ = stage.restoring("the users of the Git server", () -> gitea.deleteUser(STRANGER))) {
            argo.setToken(gitea.createToken(STRANGER, password));
            stage.refreshBranches();
            argo.awaitError("map has no entry for key");
            stage.neighbours()
                    .staysFor(
                            () -> stage.neighbours().nothingIsLost("with the token of a user without access", before));
            assertThat(argo.revisionsWithout(REQUIRED_MAIN))
                    .as("control: commits that would be deployed with this token if main were not required by name")
                    .isEmpty();
        }
    }
}
