package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static io.latestimage.e2e.gitops.Stage.FEATURE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;

/**
 * Branches with similar, long or non-Latin names have one release each. A branch without a chart, or with a file
 * .no-release, has none.
 */
@Case
@Order(50)
class AlikeNamesTest {
    private static final String WITHOUT_CHART = "without-chart";
    private static final String WITHOUT_RELEASE = "without-release";

    @ProofCase("names")
    void branchesWithSimilarNamesHaveOneReleaseEach(Stage stage) throws Exception {
        stage.branches().ensure(FEATURE);
        DeveloperClone clone = stage.developerClone();
        clone.createBranch(WITHOUT_CHART);
        clone.remove("helm");
        clone.commit("Remove the chart");
        clone.push(WITHOUT_CHART);
        clone.createBranch(WITHOUT_RELEASE);
        Files.writeString(clone.file(".no-release"), "");
        clone.commit("Add .no-release");
        clone.push(WITHOUT_RELEASE);

        Duration slowest = Duration.ZERO;
        List<String> expected = new ArrayList<>(List.of(ArgoCd.PRODUCTION));
        for (String branch : List.of(MAIN, FEATURE)) {
            expected.add(stage.release(branch).name());
        }
        for (String branch : stage.alike()) {
            Duration took = stage.branches().ensure(branch);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
            Release release = stage.release(branch);
            expected.add(release.name());
            assertThat(release.application(
                            "{.spec.source.helm.releaseName} {.metadata.annotations.latest-image\\.io/branch}"))
                    .as("release name, as make deploy derives it, and branch of the Application")
                    .isEqualTo(release.name() + " " + branch);
        }
        stage.measured(
                "from the push of a branch at main's commit to the first answer of its release; the slowest of "
                        + stage.alike().size(),
                slowest);
        stage.keepsOwn(FEATURE);
        for (String branch : stage.alike()) {
            stage.keepsOwn(branch);
        }
        assertThat(stage.argo().applications())
                .as("Applications: one for each branch, but none for the branches without a chart or with .no-release")
                .containsExactlyInAnyOrderElementsOf(expected);
        stage.findings()
                .shown("Branches with similar names, one with a name of 200 characters, one with a Cyrillic name,"
                        + " and one that is named like another branch's release have one release each, with the"
                        + " name that make deploy derives. A branch without a chart and one with .no-release have"
                        + " none.");
        stage.neighbours().ensure();
        stage.neighbours().watch(Stage.DELETED);
    }
}
