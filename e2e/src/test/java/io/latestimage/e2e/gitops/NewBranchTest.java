package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.Stage.FEATURE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.nio.file.Files;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;

/** A new branch gets a release of its commit. */
@Case
@Order(30)
class NewBranchTest {
    private static final Pattern VERSION = Pattern.compile("(?m)^  <version>(.*)</version>$");

    @ProofCase("branch")
    void aPushedBranchGetsAReleaseOfItsCommit(Stage stage) throws Exception {
        Duration took = stage.branches().create(FEATURE, "Begin a feature");
        stage.measured("from the push of the image to the first answer of a new branch's release", took);

        Release release = stage.release(FEATURE);
        release.awaitHealth(60, stage.commitOf(FEATURE));
        release.awaitRollout(30, stage.commitOf(FEATURE));
        Matcher version =
                VERSION.matcher(Files.readString(stage.developerClone().file("pom.xml")));
        assertThat(version.find()).as("pom.xml has a version").isTrue();
        assertThat(release.versionOfTheProgram())
                .isEqualTo("latest-image %s (commit %s, branch %s)"
                        .formatted(version.group(1), stage.commitOf(FEATURE), FEATURE));
        assertThat(release.application("{.metadata.annotations.link\\.argocd\\.argoproj\\.io/external-link}"))
                .as("link in the UI of Argo CD")
                .isEqualTo("http://%s.%s/image".formatted(release.name(), Release.DOMAIN));
        stage.keepsOwn(FEATURE);
    }
}
