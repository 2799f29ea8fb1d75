package io.latestimage.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeveloperCloneTest {
    @TempDir
    private Path folder;

    private Path project;
    private Path remote;

    @BeforeEach
    void makeProject() throws Exception {
        project = Files.createDirectories(folder.resolve("project"));
        remote = folder.resolve("remote.git");
        Files.createDirectories(project.resolve("docs"));
        Files.writeString(project.resolve("docs/page.md"), "text");
        Files.writeString(project.resolve("pom.xml"), "<project/>");
        git(project, "init", "--quiet");
        git(project, "add", "--all");
        git(project, "commit", "--quiet", "--message", "Begin");
        git(folder, "init", "--quiet", "--bare", remote.toString());
        Files.writeString(project.resolve("docs/page.md"), "not committed");
    }

    private static String git(Path where, String... arguments) throws IOException, InterruptedException {
        return Command.of("git", "-c", "user.name=test", "-c", "user.email=test@example.com")
                .and(arguments)
                .in(where)
                .run();
    }

    private DeveloperClone makeClone(String name) throws Exception {
        return DeveloperClone.of(project, folder.resolve(name), remote.toUri(), "Basic x", folder.resolve("git.log"));
    }

    @Test
    void hasTheCommittedFilesInOneReproducibleCommit() throws Exception {
        DeveloperClone clone = makeClone("clone");

        assertThat(clone.file("docs/page.md")).hasContent("text");
        assertThat(clone.commitOf("main"))
                .isEqualTo(makeClone("another").commitOf("main"))
                .hasSize(40);
    }

    @Test
    void pushesBranchesAndDeletesThem() throws Exception {
        DeveloperClone clone = makeClone("clone");
        clone.createBranch("feature/a");
        clone.commit("Begin a feature");
        clone.push("main");
        clone.push("feature/a");

        assertThat(git(remote, "rev-parse", "feature/a")).isEqualTo(clone.commitOf("feature/a"));
        assertThat(clone.commitOf("feature/a")).isNotEqualTo(clone.commitOf("main"));

        clone.deleteRemotely("feature/a");

        assertThat(git(remote, "branch", "--list", "feature/a")).isEmpty();
        assertThat(git(remote, "branch", "--list", "main")).isNotEmpty();
    }

    @Test
    void startsANewBranchAtMain() throws Exception {
        DeveloperClone clone = makeClone("clone");
        clone.createBranch("first");
        clone.remove("docs/page.md");
        clone.commit("Remove the page");

        clone.createBranch("second");

        assertThat(clone.commitOf("second")).isEqualTo(clone.commitOf("main"));
        assertThat(clone.file("docs/page.md")).exists();
        clone.switchTo("first");
        assertThat(clone.file("docs/page.md")).doesNotExist();
    }
}
