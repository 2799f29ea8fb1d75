package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Kubectl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What all cases need: the repository, the namespaces, and the settings of Argo CD. It exists before the first case,
 * and is removed after the last.
 */
final class Setup {
    static final String PRODUCTION_HOST = "production.example.com";
    static final String UPLOAD_TOKEN = "e2e-upload-token";
    private static final String REPOSITORY = "latest-image-e2e";
    private static final List<String> NAMESPACES = List.of("test", "production");

    private final Parameters parameters;
    private final Gitea gitea;
    private final ArgoCd argo;
    private final DeveloperClone clone;
    private final Pipeline pipeline;
    private boolean madeRepository;

    /**
     * Creates the files on this machine: an empty folder for results, a clone of the project, a copy of its settings.
     */
    Setup(Parameters parameters, Path project) throws IOException, InterruptedException {
        this.parameters = parameters;
        Path result = parameters.result();
        empty(result);
        gitea = new Gitea(parameters.gitUrl(), parameters.gitUser(), parameters.gitPassword());
        argo = new ArgoCd(project, result);
        clone = DeveloperClone.of(
                project,
                result.resolve("repository"),
                repository(),
                Gitea.basic(parameters.gitUser(), parameters.gitPassword()),
                result.resolve("git.log"));
        pipeline = new Pipeline(project, clone, parameters);
    }

    Gitea gitea() {
        return gitea;
    }

    ArgoCd argo() {
        return argo;
    }

    DeveloperClone developerClone() {
        return clone;
    }

    Pipeline pipeline() {
        return pipeline;
    }

    private URI repository() {
        return URI.create("%s/%s/%s.git".formatted(parameters.gitUrl(), parameters.gitOrganisation(), REPOSITORY));
    }

    private static void empty(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(folder)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Creates what the cases need on the cluster and the Git server. Nothing of it may exist before. */
    void prepare() throws Exception {
        for (String namespace : NAMESPACES) {
            States.await(
                    180,
                    "the namespace %s, which is being removed, is gone".formatted(namespace),
                    () -> phase(namespace),
                    phase -> !phase.equals("Terminating"));
            if (!phase(namespace).isEmpty()) {
                throw new IOException("the namespace %s exists, and would be removed at the end: remove it first"
                        .formatted(namespace));
            }
        }
        gitea.createRepository(parameters.gitOrganisation(), REPOSITORY);
        madeRepository = true;
        clone.push(MAIN);
        writeSettings();
        argo.kubectl().run("label", "--overwrite", "secret", "scm-token", "argocd.argoproj.io/secret-type=scm-creds");
        argo.apply();
        // A status that changes meanwhile shows as a difference.
        States.await(30, "make argocd-diff shows nothing", argo::diff, String::isEmpty);
        for (String namespace : NAMESPACES) {
            makePullSecret(Kubectl.in(namespace));
        }
        Kubectl.in("production")
                .run("create", "secret", "generic", "upload-token", "--from-literal=token=" + UPLOAD_TOKEN);
        pipeline.logIn();
    }

    private static String phase(String namespace) throws IOException, InterruptedException {
        return Command.of("kubectl", "get", "namespace", namespace, "--ignore-not-found")
                .and("--output", "jsonpath={.status.phase}")
                .run();
    }

    private void writeSettings() throws IOException, InterruptedException {
        argo.set("repository", repository().toString());
        argo.set("owner", parameters.gitOrganisation());
        argo.set("name", "^" + REPOSITORY + "$");
        argo.set("api", parameters.gitUrl().toString());
        argo.set("image", parameters.registry() + "/latest-image");
        argo.set("productionImage", parameters.registry() + "/production/latest-image");
        argo.set("scheme", "http");
        argo.set("domain", Release.DOMAIN);
        argo.set("productionHost", PRODUCTION_HOST);
        argo.set("ingressClass", ingressClass());
    }

    /** The class of the Ingress; if none is set, the first class of the cluster. */
    String ingressClass() throws IOException, InterruptedException {
        return parameters.ingressClass().isEmpty()
                ? Command.of("kubectl", "get", "ingressclass", "--output", "jsonpath={.items[0].metadata.name}")
                        .run()
                : parameters.ingressClass();
    }

    private void makePullSecret(Kubectl kubectl) throws IOException, InterruptedException {
        kubectl.run(
                "create",
                "secret",
                "docker-registry",
                "private-registry",
                "--docker-server=" + parameters.registry().replaceFirst("/.*", ""),
                "--docker-username=" + parameters.registryUser(),
                "--docker-password=" + parameters.registryPassword());
    }

    /** Saves the state of the cluster after a failure: the Applications, the pods, and warnings. */
    void saveState(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Kubectl test = Kubectl.in("test");
        Files.writeString(
                folder.resolve("cluster.log"),
                argo.kubectl().attempt("get", "applications").all()
                        + argo.kubectl()
                                .attempt("get", "applicationset", ArgoCd.SET, "--output", "yaml")
                                .all()
                        + test.attempt("get", "pods", "--output", "wide").all()
                        + test.attempt("get", "events", "--field-selector", "type=Warning")
                                .all());
        Files.writeString(
                folder.resolve("applications.yaml"),
                argo.kubectl()
                        .attempt("get", "applications", "--output", "yaml")
                        .all());
    }

    /** Removes everything that {@link #prepare} has created, even if it did not finish. */
    void remove() throws InterruptedException {
        if (!madeRepository) {
            return;
        }
        Command kubectl = Command.of("kubectl");
        attempt(argo.kubectl()
                .command()
                .and("delete", "applicationset", ArgoCd.SET, "--ignore-not-found", "--cascade=foreground")
                .and("--timeout", "120s")
                .within(Duration.ofSeconds(150)));
        attempt(kubectl.and("delete", "--ignore-not-found", "--timeout", "60s", "--kustomize")
                .and(argo.overlay().toString()));
        attempt(kubectl.and("delete", "namespace", "--wait=false").and(NAMESPACES));
        try {
            gitea.deleteRepository(parameters.gitOrganisation(), REPOSITORY);
        } catch (IOException e) {
            System.err.println("cannot remove the repository; remove it yourself: " + e.getMessage());
        }
    }

    private void attempt(Command command) throws InterruptedException {
        try {
            command.loggedTo(parameters.result().resolve("removal.log")).run();
        } catch (IOException e) {
            System.err.println("cannot remove everything: " + e.getMessage());
        }
    }
}
