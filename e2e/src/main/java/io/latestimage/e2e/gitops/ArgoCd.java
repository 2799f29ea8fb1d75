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

/** Argo CD, with the project's ApplicationSet and its settings, as whoever runs it sees them. */
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
     * Copies the folder argocd of the project, to have settings of its own.
     *
     * @param result the folder for what is made on the way
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

    /** The command line, logged in. */
    Command argocd(String... arguments) {
        return Command.of("argocd").and(arguments).loggedTo(result.resolve("argocd.log"));
    }

    /** Changes one of the settings; {@link #apply} has it take effect. */
    void set(String key, String value) throws IOException {
        String before = Files.readString(settings);
        Matcher line = Pattern.compile("(?m)^  " + key + ": .*$").matcher(before);
        if (!line.find()) {
            throw new IllegalArgumentException("settings.yaml has no setting " + key);
        }
        Files.writeString(settings, line.replaceAll(Matcher.quoteReplacement("  " + key + ": " + value)));
    }

    /** {@code make argocd-apply}. */
    void apply() throws IOException, InterruptedException {
        make("argocd-apply").loggedTo(result.resolve("apply.log")).run();
    }

    /** What {@code make argocd-diff} shows. */
    String diff() throws IOException, InterruptedException {
        return make("argocd-diff").run();
    }

    private Command make(String target) {
        return new Make(project).target(target, Map.of("PROVIDER", "gitea", "ARGOCD_DIR", folder.toString()));
    }

    /** The overlay that is applied. */
    Path overlay() {
        return folder.resolve("overlays/gitea");
    }

    /** The names of all Applications, sorted. */
    List<String> applications() throws IOException, InterruptedException {
        return kubectl.fields("applications", "", "{.metadata.name}");
    }

    /** The error that the ApplicationSet reports: {@code True} and its message, or {@code False} and another. */
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

    void awaitNoError() throws Exception {
        States.await(
                60,
                "the ApplicationSet reports that there is no error",
                this::error,
                error -> error.startsWith("False"));
    }

    /**
     * For negative controls: which commits the generators would deploy at this moment without a part of the
     * ApplicationSet. Nothing is applied.
     *
     * @param path of the part, as in a JSON patch
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

    /** With which Argo CD lists branches. */
    String token() throws IOException, InterruptedException {
        String encoded = kubectl.field("secret/scm-token", "{.data.token}");
        return new String(Base64.getDecoder().decode(encoded), UTF_8);
    }

    void setToken(String token) throws IOException, InterruptedException {
        kubectl.command()
                .and("patch", "secret", "scm-token", "--type", "merge", "--patch-file", "/dev/stdin")
                .reading("{\"stringData\": {\"token\": \"%s\"}}".formatted(token))
                .run();
    }

    /** The version of the server. */
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
