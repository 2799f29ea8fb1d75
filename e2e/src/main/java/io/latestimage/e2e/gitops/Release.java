package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Images;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.cluster.ReleaseClient;
import io.latestimage.e2e.process.Kubectl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The release of one branch: reads its state from Kubernetes, from Argo CD, and through the Ingress. */
final class Release {
    static final String DOMAIN = "gitops.example.com";
    /** The kinds of object that the chart creates, one object of each. */
    static final String KINDS = "deployment,service,ingress,pvc,pdb,networkpolicy,serviceaccount";

    private final Kubectl kubectl = Kubectl.in("test");
    private final String branch;
    private final String name;
    private final String repository;
    private final ArgoCd argo;
    private final Target target;
    private final ReleaseClient client;

    /**
     * The release of a branch. It need not exist yet.
     *
     * @param name the name of the release
     * @param repository the repository of its image, without a tag
     * @param edge the address of the Ingress
     * @param images the source of images to upload
     */
    Release(String branch, String name, String repository, String edge, ArgoCd argo, Images images) {
        this.branch = branch;
        this.name = name;
        this.repository = repository;
        this.argo = argo;
        this.target = new Target(name, edge, 80, name + '.' + DOMAIN);
        this.client = new ReleaseClient(target, images);
    }

    String branch() {
        return branch;
    }

    String name() {
        return name;
    }

    Target target() {
        return target;
    }

    private String selector() {
        return "app.kubernetes.io/instance=" + name;
    }

    /** Waits until the release answers at its host and names this commit. Returns how long that took. */
    Duration awaitAnswer(int seconds, String commit) throws Exception {
        Pattern server = Pattern.compile("latest-image/.*\\(" + commit.substring(0, 12) + "\\).*");
        return States.await(
                seconds,
                "the release of %s answers as commit %s".formatted(branch, commit),
                this::readiness,
                reply -> server.matcher(reply).matches());
    }

    /** The header Server if the release is ready, else the status of the readiness endpoint. */
    String readiness() throws IOException {
        Reply reply = SingleRequest.get(target, "/healthz/readiness").send();
        return reply.succeeded() ? reply.header("Server") : "status " + reply.status();
    }

    /** Waits until all pods run the image of this commit and are ready. Returns how long that took. */
    Duration awaitRollout(int seconds, String commit) throws Exception {
        return States.await(
                seconds,
                "the release of %s is rolled out at commit %s".formatted(branch, commit),
                this::rollout,
                List.of(image(commit))::equals);
    }

    /** The images of all pods, without duplicates. Throws an exception while a rollout is in progress. */
    private List<String> rollout() throws IOException, InterruptedException {
        kubectl.run("rollout", "status", "deployment/" + name, "--timeout", "1s");
        return kubectl.fields("pods", selector(), "{.spec.containers[0].image}").stream()
                .distinct()
                .toList();
    }

    /** The image of each ready pod. */
    List<String> imagesOfReadyPods() throws IOException, InterruptedException {
        String ready = "true ";
        return kubectl
                .fields("pods", selector(), "{.status.containerStatuses[0].ready} {.spec.containers[0].image}")
                .stream()
                .filter(line -> line.startsWith(ready))
                .map(line -> line.substring(ready.length()))
                .toList();
    }

    /** The image of a commit. */
    String image(String commit) {
        return repository + ':' + commit;
    }

    /** Waits until the Application is healthy and synced to this commit. */
    void awaitHealth(int seconds, String commit) throws Exception {
        States.await(
                seconds,
                "the Application of %s is healthy and synced to commit %s".formatted(branch, commit),
                () -> application("{.status.sync.status} {.status.health.status} {.status.sync.revision}"),
                ("Synced Healthy " + commit)::equals);
    }

    /** A field of the Application. */
    String application(String path) throws IOException, InterruptedException {
        return argo.kubectl().field("application/" + name, path);
    }

    /** All messages of Argo CD about the Application and its objects. */
    String messages() throws IOException, InterruptedException {
        return application("{.status.operationState.message}{\"\\n\"}"
                        + "{.status.operationState.syncResult.resources[*].message}{\"\\n\"}"
                        + "{.status.conditions[*].message}")
                + argo.argocd("app", "get", name, "--output", "tree=detailed").run();
    }

    /**
     * Waits until a message of Argo CD about the release matches.
     *
     * @param text a regular expression for a part of a line
     */
    void awaitMessage(String text) throws Exception {
        Pattern pattern = Pattern.compile(text);
        States.await(
                60,
                "Argo CD has a message about %s that matches: %s".formatted(branch, text),
                this::messages,
                messages -> pattern.matcher(messages).find());
    }

    /** Waits until the Application, the objects of the chart and the pods are deleted. Returns how long that took. */
    Duration awaitEnd() throws Exception {
        return States.await(60, "nothing is left of the release of " + branch, this::remains, String::isEmpty);
    }

    private String remains() throws IOException, InterruptedException {
        return argo.kubectl().run("get", "application", name, "--ignore-not-found", "--output", "name")
                + kubectl.run(
                        "get",
                        "replicaset,pod," + KINDS,
                        "--selector",
                        selector(),
                        "--ignore-not-found",
                        "--output",
                        "name");
    }

    /** A field of each object of the release: a line for each object, sorted. */
    List<String> objects(String path) throws IOException, InterruptedException {
        return kubectl.fields(KINDS, selector(), path);
    }

    /** A field of one object of the release, such as its Deployment, Service or PersistentVolumeClaim. */
    String field(String kind, String path) throws IOException, InterruptedException {
        return kubectl.field(kind + '/' + name, path);
    }

    boolean hasDeployment() throws IOException, InterruptedException {
        return !kubectl.hasNone("deployment", name);
    }

    /** The reasons why containers of the release wait, joined by spaces; empty if none waits. */
    String waitingReasons() throws IOException, InterruptedException {
        return String.join(
                " ", kubectl.fields("pods", selector(), "{.status.containerStatuses[*].state.waiting.reason}"));
    }

    /** The client for single requests to the release. */
    ReleaseClient client() {
        return client;
    }

    /** The output of {@code --version} of the program in a pod. */
    String versionOfTheProgram() throws IOException, InterruptedException {
        return kubectl.run("exec", "deployment/" + name, "--", "/opt/java/bin/java", "@/app/arguments", "--version");
    }

    /** Runs kubectl in the namespace of the releases of branches; it must succeed. */
    void run(String... arguments) throws IOException, InterruptedException {
        kubectl.run(arguments);
    }

    @Override
    public String toString() {
        return branch;
    }
}
