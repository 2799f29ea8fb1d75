package io.latestimage.e2e.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Kubectl;
import io.latestimage.e2e.process.Make;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Argo CD with the project's ApplicationSet and its settings, as an operator uses it. */
final class ArgoCd {
    static final String SET = "latest-image-branches";
    static final String PRODUCTION = "latest-image-production";
    private static final Pattern REVISION = Pattern.compile("(?m)^ *targetRevision: (.*)$");
    private static final String ERROR = "{.status.conditions[?(@.type==\"ErrorOccurred\")].";

    private final Kubectl kubectl = Kubectl.in("argocd");
    private final Path project;
    private final Path result;
    private final Path folder;
    private final Path settings;

    /**
     * Copies the folder argocd of the project, because the proof changes the settings in it.
     *
     * @param project the folder of the project under test
     * @param result the folder for logs and generated files
     */
    ArgoCd(Path project, Path result) throws IOException {
        this.project = project;
        this.result = result;
        this.folder = result.resolve("argocd");
        this.settings = folder.resolve("components/settings/settings.yaml");
        DeveloperClone.copyFolder(project.resolve("argocd"), folder);
    }

    Kubectl kubectl() {
        return kubectl;
    }

    /** The command {@code argocd}, which is logged in. Its output is logged. */
    Command argocd(String... arguments) {
        return Command.of("argocd").and(arguments).loggedTo(result.resolve("argocd.log"));
    }

    /** Changes a setting. It takes effect with the next {@link #apply}. */
    void set(String key, String value) throws IOException {
        String before = Files.readString(settings);
        Matcher line = Pattern.compile("(?m)^  " + key + ": .*$").matcher(before);
        if (!line.find()) {
            throw new IllegalArgumentException("settings.yaml has no setting " + key);
        }
        Files.writeString(settings, line.replaceAll(Matcher.quoteReplacement("  " + key + ": " + value)));
    }

    /** Runs {@code make argocd-apply}. */
    void apply() throws IOException, InterruptedException {
        make("argocd-apply").loggedTo(result.resolve("apply.log")).run();
    }

    /** Runs {@code make argocd-diff}, and returns its output. */
    String diff() throws IOException, InterruptedException {
        return make("argocd-diff").run();
    }

    private Command make(String target) {
        return new Make(project).target(target, Map.of("PROVIDER", "gitea", "ARGOCD_DIR", folder.toString()));
    }

    /** The folder of the overlay that is applied. */
    Path overlay() {
        return folder.resolve("overlays/gitea");
    }

    /** The names of all Applications, sorted. */
    List<String> applications() throws IOException, InterruptedException {
        return kubectl.fields("applications", "", "{.metadata.name}");
    }

    /** The ApplicationSet's condition ErrorOccurred: its status, {@code True} or {@code False}, and its message. */
    String error() throws IOException, InterruptedException {
        return kubectl.field("applicationset/" + SET, ERROR + "status} " + ERROR + "message}");
    }

    /** Waits until the ApplicationSet reports an error with this text. */
    void awaitError(String text) throws Exception {
        States.await(
                60,
                "the ApplicationSet reports the error \"" + text + '"',
                this::error,
                error -> error.startsWith("True") && error.contains(text));
    }

    /** Waits until the ApplicationSet reports that it has no error. */
    void awaitNoError() throws Exception {
        States.await(
                60,
                "the ApplicationSet reports that there is no error",
                this::error,
                error -> error.startsWith("False"));
    }

    /**
     * For negative controls: the commits that the generators would deploy now if the ApplicationSet lacked a part. This
     * does not change anything on the cluster.
     *
     * @param path the path of that part, as in a JSON patch
     */
    List<String> revisionsWithout(String path) throws IOException, InterruptedException {
        String set = kubectl.run("get", "applicationset", SET, "--output", "yaml");
        String patch = "[{\"op\": \"remove\", \"path\": \"%s\"}]".formatted(path);
        String patched = Command.of("kubectl", "patch", "--local", "--filename", "-", "--type", "json")
                .and("--patch", patch, "--output", "yaml")
                .reading(set)
                .run();
        Path control = result.resolve("control.yaml");
        Files.writeString(control, patched);
        String generated = argocd("appset", "generate", control.toString(), "--output", "yaml")
                .run();
        return REVISION.matcher(generated)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** The token with which Argo CD lists branches. */
    String token() throws IOException, InterruptedException {
        String encoded = kubectl.field("secret/scm-token", "{.data.token}");
        return new String(Base64.getDecoder().decode(encoded), UTF_8);
    }

    /** Changes the token with which Argo CD lists branches. */
    void setToken(String token) throws IOException, InterruptedException {
        kubectl.command()
                .and("patch", "secret", "scm-token", "--type", "merge", "--patch-file", "/dev/stdin")
                .reading("{\"stringData\": {\"token\": \"%s\"}}".formatted(token))
                .run();
    }

    /** The version of Argo CD's server. */
    String version() throws IOException, InterruptedException {
        return argocd("version", "--short")
                .run()
                .lines()
                .filter(line -> line.startsWith("argocd-server: "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .findFirst()
                .orElse("unknown");
    }
}
