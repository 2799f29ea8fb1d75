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

/** The release of one branch, as Kubernetes, Argo CD and its own host show it. */
final class Release {
    static final String DOMAIN = "gitops.example.com";
    /** What the chart makes, one of each. */
    static final String KINDS = "deployment,service,ingress,pvc,pdb,networkpolicy,serviceaccount";

    private final Kubectl kubectl = Kubectl.in("test");
    private final String branch;
    private final String name;
    private final String repository;
    private final ArgoCd argo;
    private final Target target;
    private final ReleaseClient client;

    /**
     * The release of a branch, whether it is there or not.
     *
     * @param repository of its image, without a tag
     * @param edge the address of the Ingress
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

    /** Waits until the release answers at its own host, and says that it is of this commit. */
    Duration awaitAnswer(int seconds, String commit) throws Exception {
        Pattern server = Pattern.compile("latest-image/.*\\(" + commit.substring(0, 12) + "\\).*");
        return States.await(
                seconds,
                "the release of %s answers as commit %s".formatted(branch, commit),
                this::readiness,
                reply -> server.matcher(reply).matches());
    }

    /** Whether it is ready: the header Server if so, else the status. */
    String readiness() throws IOException {
        Reply reply = SingleRequest.get(target, "/healthz/readiness").send();
        return reply.succeeded() ? reply.header("Server") : "status " + reply.status();
    }

    /** Waits until all pods run the image of this commit and are ready, and none is left of before. */
    Duration awaitRollout(int seconds, String commit) throws Exception {
        return States.await(
                seconds,
                "the release of %s is rolled out at commit %s".formatted(branch, commit),
                this::rollout,
                List.of(image(commit))::equals);
    }

    /** The images of all pods, each once; while a rollout goes on, what that waits for. */
    private List<String> rollout() throws IOException, InterruptedException {
        kubectl.run("rollout", "status", "deployment/" + name, "--timeout", "1s");
        return kubectl.fields("pods", selector(), "{.spec.containers[0].image}").stream()
                .distinct()
                .toList();
    }

    /** The image of each pod that is ready. */
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

    /** Waits until its Application is synced at this commit, and healthy. */
    void awaitHealth(int seconds, String commit) throws Exception {
        States.await(
                seconds,
                "the Application of %s is synced at commit %s and healthy".formatted(branch, commit),
                () -> application("{.status.sync.status} {.status.health.status} {.status.sync.revision}"),
                ("Synced Healthy " + commit)::equals);
    }

    /** A field of its Application. */
    String application(String path) throws IOException, InterruptedException {
        return argo.kubectl().field("application/" + name, path);
    }

    /** All that Argo CD says of its Application and its objects. */
    String messages() throws IOException, InterruptedException {
        return application("{.status.operationState.message}{\"\\n\"}"
                        + "{.status.operationState.syncResult.resources[*].message}{\"\\n\"}"
                        + "{.status.conditions[*].message}")
                + argo.argocd("app", "get", name, "--output", "tree=detailed").run();
    }

    /** Waits until Argo CD says this of it; a regular expression, within a line. */
    void awaitMessage(String text) throws Exception {
        Pattern pattern = Pattern.compile(text);
        States.await(
                60,
                "Argo CD says of %s: %s".formatted(branch, text),
                this::messages,
                messages -> pattern.matcher(messages).find());
    }

    /** Waits until nothing is left of it: the Application, the objects of the chart, its pods. */
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

    /** A field of each object that the chart makes. */
    List<String> objects(String path) throws IOException, InterruptedException {
        return kubectl.fields(KINDS, selector(), path);
    }

    /** A field of its Deployment, Service or claim. */
    String field(String kind, String path) throws IOException, InterruptedException {
        return kubectl.field(kind + '/' + name, path);
    }

    boolean hasDeployment() throws IOException, InterruptedException {
        return !kubectl.hasNone("deployment", name);
    }

    /** Why its containers wait, if they do. */
    String waitingReasons() throws IOException, InterruptedException {
        return String.join(
                " ", kubectl.fields("pods", selector(), "{.status.containerStatuses[*].state.waiting.reason}"));
    }

    /** Requests by hand. */
    ReleaseClient client() {
        return client;
    }

    /** What the program in its pods says to {@code --version}. */
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
