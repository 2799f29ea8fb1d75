package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.util.List;
import org.junit.jupiter.api.Order;

@Case
@Order(110)
class HiddenContentsTest {
    /** Within the ApplicationSet: that main is wanted with its chart. */
    private static final String WISH_FOR_CHART = "/spec/generators/1/merge/generators/1/scmProvider/filters/1";

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
            stage.lookAgain();
            stage.neighbours()
                    .staysFor(() -> stage.neighbours().nothingIsLost("without the contents of the branches", before));
            assertThat(provider.hidden())
                    .as("control: Argo CD has asked for main's chart")
                    .anyMatch(path -> path.matches(".*contents/helm.*ref=" + MAIN + "(&.*)?"));
            assertThat(argo.revisionsWithout(WISH_FOR_CHART))
                    .as("control: without the wish for main's chart there would be main's Application alone")
                    .containsExactly(stage.commitOf(MAIN));
        }
        argo.awaitNoError();
        stage.neighbours().nothingIsLost("with the contents again", before);
        stage.findings()
                .shown("The Git server listed all branches and answered 404 for what is in them: nothing was"
                        + " deleted; without main's chart wanted, that would have deleted all but main (the control).");
    }
}
