package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Make;
import io.latestimage.e2e.process.ReleaseNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Does what the workflows of CI do after a push: builds the image, pushes it, and announces it with the rights of CI's
 * account.
 */
final class Pipeline {
    private final Path project;
    private final DeveloperClone clone;
    private final Parameters parameters;
    private final ReleaseNames names;
    private final Path kubeconfig;

    Pipeline(Path project, DeveloperClone clone, Parameters parameters) {
        this.project = project;
        this.clone = clone;
        this.parameters = parameters;
        this.names = new ReleaseNames(project);
        this.kubeconfig = parameters.result().resolve("ci.kubeconfig");
    }

    /** Writes a kubeconfig for CI's account. The account must exist. */
    void logIn() throws IOException, InterruptedException {
        String config = Command.of("scripts/ci-kubeconfig", "4h").in(project).run();
        Files.writeString(kubeconfig, config + "\n");
    }

    /** Builds the image of a branch's latest commit. */
    void build(String branch) throws IOException, InterruptedException {
        build(branch, parameters.registry());
    }

    void build(String branch, String registry) throws IOException, InterruptedException {
        make("build", branch, Map.of("BRANCH", branch, "REGISTRY", registry));
    }

    /**
     * Provides the image of a branch's latest commit, which does not change the program, for a case that tests only the
     * rollout. The long form builds the image. The short form tags main's image, which must have been built.
     */
    void buildAgain(String branch, String registry) throws IOException, InterruptedException {
        if (parameters.form() == Form.LONG) {
            build(branch, registry);
            return;
        }
        String built = "%s/latest-image:%s".formatted(registry, names.of(DeveloperClone.MAIN));
        String engine = Command.of("scripts/find-engine").in(project).run();
        for (String tag : List.of(names.of(branch), clone.commitOf(branch))) {
            Command.of(engine, "tag", built, "%s/latest-image:%s".formatted(registry, tag))
                    .loggedTo(parameters.result().resolve("build.log"))
                    .run();
        }
    }

    /** Pushes the image of a branch's latest commit. */
    void push(String branch) throws IOException, InterruptedException {
        push(branch, parameters.registry());
    }

    void push(String branch, String registry) throws IOException, InterruptedException {
        make("push", branch, Map.of("BRANCH", branch, "REGISTRY", registry, "PUSH_FLAGS", parameters.pushFlags()));
    }

    private void make(String target, String branch, Map<String, String> variables)
            throws IOException, InterruptedException {
        clone.switchTo(branch);
        new Make(clone.folder())
                .target(target, variables)
                .loggedTo(parameters.result().resolve(target + ".log"))
                .run();
    }

    /** Asks Argo CD to refresh all branches, after the image of this branch was pushed, or this branch was deleted. */
    void announce(String branch) throws IOException, InterruptedException {
        asCi("scripts/announce").with("BRANCH", branch).run();
    }

    /** A command with the rights of CI's account only. */
    Command asCi(String... words) {
        return Command.of(words).in(project).with("KUBECONFIG", kubeconfig.toString());
    }
}
