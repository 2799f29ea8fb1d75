package io.latestimage.e2e.gitops;

import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A developer's clone of the repository: creates branches, commits and pushes. */
final class DeveloperClone {
    static final String MAIN = "main";
    private static final Duration PUSH_LIMIT = Duration.ofMinutes(2);

    private final Path folder;
    private final Command git;

    private DeveloperClone(Path folder, Command git) {
        this.folder = folder;
        this.git = git;
    }

    /**
     * Creates a repository with the files of the project's latest commit, as a single commit of the branch main.
     *
     * @param project the folder of the project under test
     * @param folder the folder of the clone; it must not exist
     * @param remote the repository to push to
     * @param authorization the value of the header Authorization for the remote
     * @param log the file to which commands are logged
     */
    static DeveloperClone of(Path project, Path folder, URI remote, String authorization, Path log)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path archive = folder.resolveSibling("repository.tar");
        Command.of("git", "archive", "--output", archive.toString(), "HEAD")
                .in(project)
                .run();
        Command.of("tar", "--extract", "--file", archive.toString()).in(folder).run();
        Files.delete(archive);
        // The build cache of an engine depends on the mode of a file, too. With the project's mode, it has the
        // dependencies of this pom.xml from the last build, and the build works without access to Maven's repository.
        Files.setPosixFilePermissions(
                folder.resolve("pom.xml"), Files.getPosixFilePermissions(project.resolve("pom.xml")));
        Command git = Command.of("git")
                .and("-c", "user.name=e2e", "-c", "user.email=e2e@example.com")
                .with("GIT_CONFIG_COUNT", "1") // the log does not show the environment
                .with("GIT_CONFIG_KEY_0", "http.extraHeader")
                .with("GIT_CONFIG_VALUE_0", "Authorization: " + authorization)
                .with("GIT_TERMINAL_PROMPT", "0")
                .in(folder)
                .within(PUSH_LIMIT)
                .loggedTo(log);
        DeveloperClone clone = new DeveloperClone(folder, git);
        clone.git("init", "--quiet", "--initial-branch", MAIN);
        clone.git("add", "--all");
        // With this date, each run creates the same commit. So the engine can use its build cache.
        String date = Command.of("git", "log", "-1", "--format=%cI").in(project).run();
        git.and("commit", "--quiet", "--message", "The tree under test")
                .with("GIT_AUTHOR_DATE", date)
                .with("GIT_COMMITTER_DATE", date)
                .run();
        clone.git("remote", "add", "origin", remote.toString());
        return clone;
    }

    Path folder() {
        return folder;
    }

    /** A file of the checked-out branch. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** Checks out a branch. */
    void switchTo(String branch) throws IOException, InterruptedException {
        git("switch", "--quiet", branch);
    }

    /** Creates a branch at main's latest commit, and checks it out. */
    void createBranch(String branch) throws IOException, InterruptedException {
        git("switch", "--quiet", "--create", branch, MAIN);
    }

    /** Commits all changes to the checked-out branch. Changes one more file, so that the commit is never empty. */
    void commit(String message) throws IOException, InterruptedException {
        Files.writeString(
                Files.createDirectories(file("docs")).resolve("changed"),
                Instant.now().toString());
        git("add", "--all");
        git("commit", "--quiet", "--message", message);
    }

    void push(String branch) throws IOException, InterruptedException {
        String reference = "refs/heads/" + branch;
        git("push", "--quiet", "origin", reference + ":" + reference);
    }

    /** Deletes branches on the Git server with one push. */
    void deleteRemotely(String... branches) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("push", "--quiet", "origin", "--delete"));
        words.addAll(Arrays.asList(branches));
        git(words.toArray(String[]::new));
    }

    /** The hash of a branch's latest commit in this clone. */
    String commitOf(String branch) throws IOException, InterruptedException {
        return git("rev-parse", "refs/heads/" + branch);
    }

    /** Removes a folder from the checked-out branch. {@link #commit} commits that. */
    void remove(String name) throws IOException, InterruptedException {
        git("rm", "-r", "--quiet", name);
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        return git.and(arguments).run();
    }

    /** Copies a folder of small files. */
    static void copyFolder(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
