package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

/** While the Git provider lists all branches but answers 404 for their contents, no release is deleted. */
@Case
@Order(110)
class HiddenContentsTest {
    /** The path of the part of the ApplicationSet that requires main to have a chart. */
    private static final String REQUIRED_CHART = "/spec/generators/1/merge/generators/1/scmProvider/filters/1";

    @ProofCase("contents")
    void nothingIsDeletedWhileTheProviderHidesTheContents(Stage stage) throws Exception {
        stage.neighbours().ensure();
        ArgoCd argo = stage.argo();
        List<String> before = argo.applications();
        try (HidingProvider provider = new HidingProvider(
                        stage.setup().gitea(), stage.parameters().stub());
                Restoration _ = stage.restoring("the address of the Git server's API", () -> {
                    argo.set("api", stage.parameters().gitUrl().toString());
                    argo.apply();
                })) {
            argo.set("api", provider.url().toString());
            argo.apply();
            argo.awaitError("map has no entry for key");
            stage.refreshBranches();
            stage.neighbours()
                    .staysFor(() -> stage.neighbours().nothingIsLost("without the contents of the branches", before));
            assertThat(provider.hidden())
                    .as("control: hidden requests of Argo CD, among them the one for main's chart")
                    .anyMatch(path -> path.matches(".*contents/helm.*ref=" + MAIN + "(&.*)?"));
            assertThat(argo.revisionsWithout(REQUIRED_CHART))
                    .as("control: commits that would be deployed if main's chart were not required")
                    .containsExactly(stage.commitOf(MAIN));
        }
        argo.awaitNoError();
        stage.neighbours().nothingIsLost("with the contents again", before);
        stage.findings()
                .shown("While the Git server listed all branches but answered 404 for their contents, no release was"
                        + " deleted. If main's chart were not required, all releases but main's would be"
                        + " deleted (control).");
    }
}
